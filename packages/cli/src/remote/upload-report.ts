/** Tells how an upload goes: lines, a progress bar on a terminal, or one JSON document at the end. */
import { progressBar, sayAbove, sizeText } from '../transform/report.ts'

export interface UploadReport {
  readonly path: string
  readonly key: string
  readonly bytes: number
  readonly state: 'stored' | 'skipped' | 'failed'
  readonly error?: string
}

export interface UploadReporter {
  readonly failures: number
  file(report: UploadReport): void
  end(): void
}

export function uploadReporter(kind: 'lines' | 'json' | 'errors', total: number): UploadReporter {
  const bar = kind === 'lines' && total > 1 && process.stderr.isTTY ? progressBar(total) : undefined
  const reports: UploadReport[] = []
  const started = performance.now()
  const count = (state: UploadReport['state']) => reports.filter((report) => report.state === state).length
  return {
    get failures() {
      return count('failed')
    },
    file(report) {
      reports.push(report)
      if (kind !== 'json' && report.state === 'failed')
        sayAbove(bar, process.stderr, `✗ ${report.path}: ${report.error}`)
      else if (kind === 'lines' && bar === undefined) process.stdout.write(`${lineOf(report)}\n`)
      bar?.increment()
    },
    end() {
      bar?.stop()
      const summary = {
        stored: count('stored'),
        skipped: count('skipped'),
        failed: count('failed'),
        bytes: reports.reduce((sum, { state, bytes }) => sum + (state === 'stored' ? bytes : 0), 0),
        ms: Math.round(performance.now() - started),
      }
      if (kind === 'json')
        process.stdout.write(`${JSON.stringify({ files: reports, summary }, undefined, 2)}\n`)
      else if (kind === 'lines' && reports.length > 1) {
        const { stored, skipped, failed, bytes, ms } = summary
        const others = `${skipped > 0 ? `, ${skipped} there already` : ''}${failed > 0 ? `, ${failed} failed` : ''}`
        process.stdout.write(`${stored} stored${others}: ${sizeText(bytes)} in ${(ms / 1000).toFixed(1)} s\n`)
      }
    },
  }
}

function lineOf({ path, key, bytes, state }: UploadReport): string {
  return state === 'skipped' ? `= ${path}  is ${key} already` : `${path} → ${key}  ${sizeText(bytes)}`
}
