/** Work that Ctrl-C and SIGTERM end in order: bars go, what was begun is tidied up. A second Ctrl-C ends it at once. */
import { exitCode } from './exit-code.ts'

/**
 * Exit code of the work, or that of an interruption.
 * @throws what the work throws, unless it was interrupted
 */
export async function interruptible(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const stopped = new AbortController()
  const { signal } = stopped
  const stop = () => stopped.abort()
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    const code = await work(signal)
    return signal.aborted ? exitCode.interrupted : code
  } catch (error) {
    if (!signal.aborted) throw error
    return exitCode.interrupted
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}
