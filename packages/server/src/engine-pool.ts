/** The decoding children of this server, started first: they load sharp while the server loads itself. */
import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '@fovea/core/problem/problem'
import { createPool, dividePool, type EnginePool } from '@fovea/engine/pool'
import { type Config, ConfigError } from './config.ts'
import { modelDirectories } from './model-directories.ts'
import { errorFields, type Log } from './observe/index.ts'

/** Resident bytes above which a child with models is replaced: weights and what they work in stay between jobs. */
const modelRecycleBytes = 800_000_000

/**
 * Whoever needs a child waits for the first one, or is told why there is none.
 * @throws ConfigError when the data directory cannot be made
 */
export function startPool(config: Config, log: Log): EnginePool {
  const blobs = blobsOf(config)
  try {
    mkdirSync(blobs, { recursive: true, mode: 0o711 })
    // A strict umask would close the way to children, which are other users. Listing stays closed.
    for (const directory of [config.FOVEA_DATA_DIR, blobs]) chmodSync(directory, 0o711)
  } catch (error) {
    throw new ConfigError(`FOVEA_DATA_DIR: ${config.FOVEA_DATA_DIR} cannot be written (${String(error)})`)
  }
  const options = poolOptions(config, log)
  const pool = dividePool(
    createPool({ ...options, workers: config.FOVEA_WORKERS }),
    () =>
      createPool({
        ...options,
        ...withModels(config),
        // A look holds a core for many times as long as an image: what needs none goes first.
        standing: 'background',
        workers: config.FOVEA_MODEL_WORKERS,
      }),
    config.FOVEA_WARM_MODELS.length > 0,
  )
  pool.warm().then(
    () => log.info({ event: 'workers.ready', sandbox: pool.sandbox }),
    (error: unknown) => {
      // Closed before a child was ready: something else ended the start, and that is what the operator must read.
      if (error instanceof Problem && error.code === 'capacity/draining') return
      log.error({ event: 'workers.failed', ...errorFields(error) })
    },
  )
  return pool
}

/** Children beside those of delivery. */
export function startBatchPool(config: Config, log: Log): EnginePool {
  return createPool({
    ...poolOptions(config, log, 'batch-children'),
    ...withModels(config),
    // One more than are to be busy: it has its next picture ready, and slow work may fill all places but one.
    workers: config.FOVEA_BATCH_WORKERS + 1,
    standing: 'background',
  })
}

function poolOptions(config: Config, log: Log, cacheName = 'children') {
  return {
    preload: config.FOVEA_WORKER_PRELOAD,
    sandbox: config.FOVEA_SANDBOX,
    readablePaths: [blobsOf(config)],
    cacheDir: join(config.FOVEA_DATA_DIR, 'compile-cache', cacheName),
    maxQueued: config.FOVEA_QUEUE_LENGTH,
    maxInflightBytes: config.FOVEA_INFLIGHT_BYTES,
    maxWorkerBytes: config.FOVEA_WORKER_MEMORY_BYTES,
    log,
  }
}

/** What children need that run models: they must be able to read their weights too. */
function withModels(config: Config) {
  const directories = modelDirectories(config)
  return {
    modelDirectories: directories,
    warmModels: config.FOVEA_WARM_MODELS,
    readablePaths: [blobsOf(config), ...directories.filter((directory) => existsSync(directory))],
    recycleBytes: modelRecycleBytes,
  }
}

function blobsOf({ FOVEA_DATA_DIR }: Config): string {
  return join(FOVEA_DATA_DIR, 'blobs')
}
