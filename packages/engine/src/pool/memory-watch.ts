/**
 * Finds busy children whose resident memory passes a limit.
 *
 * `RLIMIT_AS` bounds addresses, not memory: a child may map 3 GiB and the machine may not have it. Reading
 * `/proc/<pid>/statm` takes about 20 µs, so every 100 ms is cheap. Without /proc nothing is watched.
 */
import { readFileSync } from 'node:fs'

const intervalMs = 100

export interface MemoryWatchOptions<P> {
  readonly limitBytes: number
  /** Processes to look at now. */
  readonly busy: () => Iterable<P>
  readonly onExcess: (process: P) => void
}

export class MemoryWatch<P extends { readonly pid: number }> {
  readonly #options: MemoryWatchOptions<P>
  #timer: NodeJS.Timeout | undefined

  constructor(options: MemoryWatchOptions<P>) {
    this.#options = options
  }

  start(): void {
    if (this.#timer !== undefined || residentBytes(process.pid) === undefined) return
    this.#timer = setInterval(() => this.#look(), intervalMs)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #look(): void {
    const { limitBytes, busy, onExcess } = this.#options
    for (const process of busy()) {
      const bytes = residentBytes(process.pid)
      if (bytes !== undefined && bytes > limitBytes) onExcess(process)
    }
  }
}

let pageSize: number | undefined

/** Resident bytes of a process, `undefined` when it is gone or the system has no /proc. */
export function residentBytes(pid: number): number | undefined {
  const pages = residentPages(pid)
  if (pages === undefined) return undefined
  pageSize ??= measurePageSize()
  return pages * pageSize
}

function residentPages(pid: number): number | undefined {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1])
    return Number.isFinite(pages) ? pages : undefined
  } catch {
    return undefined
  }
}

/** Pages are 4 KiB on x64 and up to 64 KiB on arm64; Node does not tell, but its own size in both units does. */
function measurePageSize(): number {
  const pages = residentPages(process.pid) ?? 1
  return 2 ** Math.round(Math.log2(process.memoryUsage.rss() / pages))
}
