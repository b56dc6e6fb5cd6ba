/** Tells how an upload goes: lines, a progress bar on a terminal, or one JSON document at the end. */
import { progressBar, sayAbove, sizeText } from '../transform/report.ts'

export interface UploadReport {
  readonly path: string
  readonly key: string
  readonly bytes: number
  /** `hidden`: it was there already, and is private from now on. */
  readonly state: 'stored' | 'skipped' | 'hidden' | 'failed'
  readonly error?: string
}

export interface UploadReporter {
  readonly failures: number
  /** What is to be told how much of a file has left; nothing where nobody would see it. */
  watch(path: string, bytes: number): ((share: number) => void) | undefined
  file(report: UploadReport): void
  end(): void
}

/** Files that are smaller together have gone up before anybody has read a bar. */
const barFromBytes = 1_000_000

export function uploadReporter(
  kind: 'lines' | 'json' | 'errors',
  files: readonly { readonly bytes: number }[],
): UploadReporter {
  const count = files.length
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  const isShown = kind === 'lines' && total >= barFromBytes && process.stderr.isTTY
  const bar = isShown
    ? progressBar(total, `{bar} {done}/${count} · {percentage} % · {eta_formatted} left`)
    : undefined
  const reports: UploadReport[] = []
  /** Bytes that have left of files on their way, by path. */
  const leaving = new Map<string, number>()
  let past = 0
  const draw = () => {
    const underWay = [...leaving.values()].reduce((sum, bytes) => sum + bytes, 0)
    bar?.update(past + underWay, { done: reports.length })
  }
  const started = performance.now()
  const counted = (state: UploadReport['state']) => reports.filter((report) => report.state === state).length
  return {
    get failures() {
      return counted('failed')
    },
    watch(path, bytes) {
      if (bar === undefined) return undefined
      return (share) => {
        leaving.set(path, share * bytes)
        draw()
      }
    },
    file(report) {
      reports.push(report)
      if (kind !== 'json' && report.state === 'failed')
        sayAbove(bar, process.stderr, `✗ ${report.path}: ${report.error}`)
      else if (kind === 'lines' && bar === undefined) process.stdout.write(`${lineOf(report)}\n`)
      leaving.delete(report.path)
      past += report.bytes
      draw()
    },
    end() {
      bar?.stop()
      const summary = {
        stored: counted('stored'),
        skipped: counted('skipped'),
        hidden: counted('hidden'),
        failed: counted('failed'),
        bytes: reports.reduce((sum, { state, bytes }) => sum + (state === 'stored' ? bytes : 0), 0),
        ms: Math.round(performance.now() - started),
      }
      if (kind === 'json')
        process.stdout.write(`${JSON.stringify({ files: reports, summary }, undefined, 2)}\n`)
      else if (kind === 'lines' && reports.length > 1) process.stdout.write(`${summaryText(summary)}\n`)
    },
  }
}

function lineOf({ path, key, bytes, state }: UploadReport): string {
  if (state === 'skipped') return `= ${path}  is ${key} already`
  if (state === 'hidden') return `= ${path}  is ${key} already, private from now on`
  return `${path} → ${key}  ${sizeText(bytes)}`
}

function summaryText(summary: Readonly<Record<UploadReport['state'] | 'bytes' | 'ms', number>>): string {
  const { stored, skipped, hidden, failed, bytes, ms } = summary
  const others = [
    skipped > 0 ? `, ${skipped} there already` : '',
    hidden > 0 ? `, ${hidden} made private` : '',
    failed > 0 ? `, ${failed} failed` : '',
  ]
  return `${stored} stored${others.join('')}: ${sizeText(bytes)} in ${(ms / 1000).toFixed(1)} s`
}
