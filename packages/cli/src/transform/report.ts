/** Tells how it goes: lines, a progress bar on a terminal, or one JSON document at the end. */
import { SingleBar } from 'cli-progress'

export interface FileReport {
  readonly source: string
  readonly target?: string
  readonly format?: string
  readonly width?: number | undefined
  readonly height?: number | undefined
  readonly bytes?: number
  readonly sourceWidth?: number
  readonly sourceHeight?: number
  readonly sourceBytes?: number
  readonly ms?: number
  readonly error?: { readonly code: string; readonly message: string }
}

export interface Reporter {
  readonly failures: number
  file(report: FileReport): void
  end(): void
}

/** Results go to stdout, complaints and the bar to stderr. */
export function reporterFor(kind: 'lines' | 'json' | 'errors', total: number): Reporter {
  const bar = kind === 'lines' && total > 1 && process.stderr.isTTY ? progressBar(total) : undefined
  const reports: FileReport[] = []
  const started = performance.now()
  return {
    get failures() {
      return failuresIn(reports)
    },
    file(report) {
      reports.push(report)
      if (kind !== 'json' && report.error !== undefined) sayAbove(bar, process.stderr, failureLine(report))
      else if (kind === 'lines' && bar === undefined) process.stdout.write(`${successLine(report)}\n`)
      bar?.increment()
    },
    end() {
      bar?.stop()
      if (kind === 'json')
        process.stdout.write(`${JSON.stringify(summaryOf(reports, started), undefined, 2)}\n`)
      else if (kind === 'lines' && reports.length > 1)
        process.stdout.write(`${summaryText(reports, started)}\n`)
    },
  }
}

/** @param format of one line; `{bar}`, `{value}` and the like as cli-progress names them */
export function progressBar(
  total: number,
  format = '{bar} {value}/{total} · {eta_formatted} left',
): SingleBar {
  const bar = new SingleBar({
    format,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    linewrap: false,
  })
  bar.start(total, 0, { done: 0 })
  return bar
}

/** A line above the bar: the bar's own line is wiped first and drawn again by its next update. */
export function sayAbove(bar: SingleBar | undefined, stream: NodeJS.WriteStream, line: string): void {
  stream.write(bar === undefined ? `${line}\n` : `\r\x1b[K${line}\n`)
}

/** `a.jpg → out/a.webp  2400×1600 → 800×533  510 KB → 41 KB (−92 %)  212 ms` */
export function successLine(report: FileReport): string {
  const { sourceBytes = 0, bytes = 0, sourceWidth, sourceHeight } = report
  const change = sourceBytes === 0 ? 0 : Math.round((bytes / sourceBytes - 1) * 100)
  const sign = change > 0 ? '+' : change < 0 ? '−' : '±'
  return [
    `${report.source} → ${report.target}`,
    `${sourceWidth === undefined ? '' : `${sourceWidth}×${sourceHeight} → `}${report.width}×${report.height}`,
    `${sizeText(sourceBytes)} → ${sizeText(bytes)} (${sign}${Math.abs(change)} %)`,
    `${report.ms} ms`,
  ].join('  ')
}

export function failureLine({ source, error }: FileReport): string {
  return `✗ ${source}: ${error?.message} [${error?.code}]`
}

/** Bytes for people, powers of 1000: `512 B`, `41 KB`, `3.2 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} KB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}

function failuresIn(reports: readonly FileReport[]): number {
  return reports.filter(({ error }) => error !== undefined).length
}

function summaryOf(reports: readonly FileReport[], started: number) {
  const sum = (of: (report: FileReport) => number | undefined) =>
    reports.reduce((total, report) => total + (of(report) ?? 0), 0)
  const failed = failuresIn(reports)
  return {
    files: reports,
    summary: {
      made: reports.length - failed,
      failed,
      sourceBytes: sum(({ sourceBytes }) => sourceBytes),
      bytes: sum(({ bytes }) => bytes),
      ms: Math.round(performance.now() - started),
    },
  }
}

function summaryText(reports: readonly FileReport[], started: number): string {
  const { summary } = summaryOf(reports, started)
  const failed = summary.failed === 0 ? '' : `, ${summary.failed} failed`
  const seconds = (summary.ms / 1000).toFixed(1)
  return `${summary.made} made${failed}: ${sizeText(summary.sourceBytes)} → ${sizeText(summary.bytes)} in ${seconds} s`
}
