/**
 * Brings the models that npm has, in a process of its own at the lowest priority, once the server has answered its
 * first requests. Until they are there, cuts around a subject go where the eye is drawn, and say so.
 */
import { spawn } from 'node:child_process'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { findWeights, models, tasks } from '@fovea/engine/models'
import type { Config } from '../config.ts'
import { errorFields, type Log } from '../observe/index.ts'

const afterMs = 5_000
const lowestPriority = 19
const lastWordsLength = 1_000

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
  const child = spawn(process.execPath, [entry, directory], { signal, stdio: ['ignore', 'pipe', 'pipe'] })
  if (child.pid !== undefined) setPriority(child.pid, lowestPriority)
  createInterface(child.stdout).on('line', (line) => log.info({ event: 'models.preparing', line }))
  let lastWords = ''
  child.stderr.on('data', (part: Buffer) => {
    lastWords = (lastWords + part.toString()).slice(-lastWordsLength)
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`The models could not be prepared: ${lastWords.trim()}`)
  log.info({ event: 'models.ready', directory })
}
