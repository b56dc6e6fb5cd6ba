/**
 * Brings the models that npm has, in a process of its own at the lowest priority, once the server has answered its
 * first requests. Until they are there, cuts around a subject go where the eye is drawn, and say so.
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findWeights, models, tasks } from '@fovea/engine/models'
import type { Config } from '../config.ts'
import { errorFields, type Log } from '../observe/index.ts'
import { runBehind } from '../run-behind.ts'

const afterMs = 5_000

export function startPreparing(config: Config, log: Log): { stop(): void } {
  const directory = join(config.FOVEA_DATA_DIR, 'models')
  const inNpm = tasks.flatMap((task) => models[task].filter(({ weights }) => weights.npm !== undefined))
  if (inNpm.every(({ weights }) => findWeights(weights, [directory]) !== undefined)) return { stop() {} }
  const stopping = new AbortController()
  const timer = setTimeout(() => {
    prepare(directory, log, stopping.signal).catch((error: unknown) => {
      if (!stopping.signal.aborted) log.warn({ event: 'models.failed', ...errorFields(error) })
    })
  }, afterMs).unref()
  return {
    stop() {
      clearTimeout(timer)
      stopping.abort()
    },
  }
}

async function prepare(directory: string, log: Log, signal: AbortSignal): Promise<void> {
  const entry = fileURLToPath(import.meta.resolve('@fovea/engine/models/prepare/main'))
  await runBehind([entry, directory], {
    signal,
    complaint: 'The models could not be prepared',
    onLine: (line) => log.info({ event: 'models.preparing', line }),
  })
  log.info({ event: 'models.ready', directory })
}
