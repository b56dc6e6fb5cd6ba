/**
 * How far a long run has come. Few steps take long enough to tell, and they lie deep below the run, so they find who
 * listens to theirs in its asynchronous context. Nothing is told, and nothing spent, where nobody listens.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { modelWork } from '@fovea/core/model'
import type { RunRequest } from './pool/protocol.ts'

/** @param fraction of the work that is behind it, 0–1, as far as can be told */
export type ProgressListener = (fraction: number) => void

const listeners = new AsyncLocalStorage<ProgressListener>()

/** Does the work of a request; each of its long steps is taken for an equal share of it. */
export function withProgress<T>(
  { outputs }: Pick<RunRequest, 'outputs'>,
  listener: ProgressListener,
  work: () => Promise<T>,
): Promise<T> {
  const operations = outputs.flatMap(({ pipeline }) => pipeline)
  const steps = Math.max(1, operations.filter((each) => modelWork([each]).includes('upscale')).length)
  let ended = 0
  return listeners.run((fraction) => {
    listener(Math.min(1, (ended + fraction) / steps))
    if (fraction === 1) ended++
  }, work)
}

/** Does one of `count` equal pieces of what would be told as a whole. */
export function asPiece<T>(index: number, count: number, work: () => Promise<T>): Promise<T> {
  const whole = listeners.getStore()
  return whole === undefined ? work() : listeners.run((fraction) => whole((index + fraction) / count), work)
}

/** Called by a long step; 1 ends it. */
export const tellProgress: ProgressListener = (fraction) => listeners.getStore()?.(fraction)
