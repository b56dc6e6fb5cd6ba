/** Jobs for the faulty worker. */
import { fileURLToPath } from 'node:url'
import { defaultLimits } from '@fovea/core'
import type { RunJob } from './index.ts'

export const faultyWorker = fileURLToPath(new URL('./faulty-worker.fixture.ts', import.meta.url))

/** A job whose child does what `fault` says (see the faulty worker). */
export function job(fault: string, about: Partial<RunJob> & { readonly deadlineMs?: number } = {}): RunJob {
  const { deadlineMs = 20_000, ...rest } = about
  return {
    source: { path: fault },
    sourceId: fault,
    decode: { orient: true },
    outputs: [{ pipeline: [], output: { kind: 'image', format: 'webp', metadata: 'none', animated: false } }],
    limits: { ...defaultLimits, deadlineMs },
    cost: { bytes: 2 ** 20, cpuMs: 10, lane: 'fast' },
    ...rest,
  }
}
