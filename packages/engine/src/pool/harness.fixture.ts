/** Pools of real children for the pool's own tests. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defaultLimits, Problem } from '@fovea/core'
import { onTestFinished } from 'vitest'
import { createPool, type EnginePool, type JobOptions, type PoolOptions, type RunJob } from './index.ts'

export const faultyWorker = fileURLToPath(new URL('./faulty-worker.fixture.ts', import.meta.url))

const MiB = 2 ** 20

/** A pool that is closed when the test ends. One child and no sandbox unless the test says otherwise. */
export function testPool(options: Partial<PoolOptions> = {}): EnginePool {
  const pool = createPool({
    workers: 1,
    workerEntry: faultyWorker,
    sandbox: 'off',
    maxQueued: 64,
    maxInflightBytes: 1024 * MiB,
    maxWorkerBytes: 512 * MiB,
    ...options,
  })
  onTestFinished(() => pool.close())
  return pool
}

/** A job whose child does what `fault` says (see the faulty worker). */
export function job(fault: string, about: Partial<RunJob> & { readonly deadlineMs?: number } = {}): RunJob {
  const { deadlineMs = 20_000, ...rest } = about
  return {
    source: { path: fault },
    sourceId: fault,
    decode: { orient: true },
    outputs: [{ pipeline: [], output: { kind: 'image', format: 'webp', metadata: 'none', animated: false } }],
    limits: { ...defaultLimits, deadlineMs },
    cost: { bytes: MiB, cpuMs: 10, lane: 'fast' },
    ...rest,
  }
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
