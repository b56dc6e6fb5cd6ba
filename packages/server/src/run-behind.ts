/** Programs of ours that nobody waits for: each in a process of its own, at the lowest priority. */
import { spawn } from 'node:child_process'
import { setPriority } from 'node:os'
import { createInterface } from 'node:readline'

const lowestPriority = 19
const lastWordsLength = 1_000

export interface BehindOptions {
  /** Ends the process. */
  readonly signal: AbortSignal
  /** What an error begins with: a sentence without its dot. */
  readonly complaint: string
  /** Told each line that is printed. */
  onLine?(line: string): void
}

/**
 * Runs a module with Node until it ends.
 * @throws Error with the last of what it complained of when it ends with another code than 0
 */
export async function runBehind(
  [entry, ...words]: readonly [string, ...string[]],
  { signal, complaint, onLine = () => {} }: BehindOptions,
): Promise<void> {
  const child = spawn(process.execPath, [entry, ...words], { signal, stdio: ['ignore', 'pipe', 'pipe'] })
  if (child.pid !== undefined) setPriority(child.pid, lowestPriority)
  createInterface(child.stdout).on('line', onLine)
  let lastWords = ''
  child.stderr.on('data', (part: Buffer) => {
    lastWords = (lastWords + part.toString()).slice(-lastWordsLength)
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`${complaint}: ${lastWords.trim()}`)
}
