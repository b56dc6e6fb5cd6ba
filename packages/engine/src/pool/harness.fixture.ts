/** Pools of real children for the pool's own tests. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Problem } from '@fovea/core'
import { it, onTestFinished } from 'vitest'
import type { ChildEnvironment } from './faulty-worker.fixture.ts'
import { createPool, type EnginePool, type JobOptions, type PoolOptions, type RunJob } from './index.ts'
import { faultyWorker } from './jobs.fixture.ts'

export { job } from './jobs.fixture.ts'

/** A pool that is closed when the test ends. One child and no sandbox unless the test says otherwise. */
export function testPool(options: Partial<PoolOptions> = {}): EnginePool {
  const pool = createPool({
    workers: 1,
    workerEntry: faultyWorker,
    sandbox: 'off',
    maxQueued: 64,
    maxInflightBytes: 2 ** 30,
    maxWorkerBytes: 2 ** 29,
    ...options,
  })
  onTestFinished(() => pool.close())
  return pool
}

/** The Problem code a job ends with, or `done`. */
export async function outcome(pool: EnginePool, wanted: RunJob, options?: JobOptions): Promise<string> {
  try {
    await pool.run(wanted, options)
    return 'done'
  } catch (error) {
    if (error instanceof Problem) return error.code
    throw error
  }
}

/** `it` that needs to be root; skipped with a sentence in its name elsewhere, but a failure in CI, which is root. */
export const itAsRoot = process.getuid?.() === 0 || process.env.CI === 'true' ? it : it.skip

/** A directory that children of any user can write to; gone when the test ends. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'fovea-pool-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

export async function until(isTrue: () => boolean, timeoutMs = 10_000): Promise<void> {
  const end = performance.now() + timeoutMs
  while (!isTrue()) {
    if (performance.now() > end) throw new Error(`Not true after ${timeoutMs} ms: ${isTrue}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** Whether a process exists and is more than a zombie. */
export function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z ')
  } catch {
    return false
  }
}

export interface Parent {
  readonly pid: number
  readonly sentence: string
  readonly pids: readonly number[]
  /** What the faulty worker's `environment` tells; `null` when faults were given. */
  readonly environment: ChildEnvironment
}

/** A server in small in a process of its own, behind `wrap`; killed when the test ends. */
export async function startParent(
  options: Partial<PoolOptions> = {},
  faults: readonly string[] = [],
  wrap: readonly string[] = [],
): Promise<Parent> {
  const script = fileURLToPath(new URL('./parent.fixture.ts', import.meta.url))
  const [file = '', ...args] = [...wrap, process.execPath, script, JSON.stringify(options), ...faults]
  const parent = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => {
    parent.kill('SIGKILL')
  })
  for await (const line of createInterface({ input: parent.stdout })) {
    return { pid: parent.pid ?? 0, ...JSON.parse(line) }
  }
  throw new Error('The parent ended without a word')
}
