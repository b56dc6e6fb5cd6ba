/** A progress bar whose total is known only later. */
import { progressBar } from '../transform/report.ts'

export interface Bar {
  /** Drawn from the first total above 0. */
  show(value: number, total: number): void
  /** Takes it away; may be said twice. */
  stop(): void
}

/** @param format as `progressBar` takes it */
export function laterBar(isShown: boolean, format: string): Bar {
  let bar: ReturnType<typeof progressBar> | undefined
  return {
    show(value, total) {
      if (!isShown || total === 0) return
      bar ??= progressBar(total, format)
      bar.setTotal(total)
      bar.update(value)
    },
    stop() {
      bar?.stop()
      bar = undefined
    },
  }
}
