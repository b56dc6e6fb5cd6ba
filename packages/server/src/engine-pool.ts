/** The decoding children of this server, started first: they load sharp while the server loads itself. */
import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '@fovea/core/problem/problem'
import { hasGraphics } from '@fovea/engine/models/graphics'
import { createPool, dividePool, type EnginePool } from '@fovea/engine/pool'
import { type Config, ConfigError } from './config.ts'
import type { WorkWatch } from './foreground.ts'
import { modelDirectories } from './model-directories.ts'
import { errorFields, type Log } from './observe/index.ts'

/** What every pool is started with. */
interface Place {
  readonly config: Config
  readonly log: Log
  readonly onBackgroundWork: WorkWatch
}

/** Resident bytes above which a child with models is replaced: weights and what they work in stay between jobs. */
const modelRecycleBytes = 800_000_000

/**
 * Whoever needs a child waits for the first one, or is told why there is none.
 * @throws ConfigError when the data directory cannot be made
 */
export function startPool(place: Place): EnginePool {
  const { config, log } = place
  const blobs = blobsOf(config)
  try {
    mkdirSync(blobs, { recursive: true, mode: 0o711 })
    // A strict umask would close the way to children, which are other users. Listing stays closed.
    for (const directory of [config.FOVEA_DATA_DIR, blobs]) chmodSync(directory, 0o711)
  } catch (error) {
    throw new ConfigError(`FOVEA_DATA_DIR: ${config.FOVEA_DATA_DIR} cannot be written (${String(error)})`)
  }
  const pool = dividePool(
    createPool({ ...poolOptions(place, 'children'), workers: config.FOVEA_WORKERS }),
    () =>
      createPool({
        ...poolOptions(place, 'model-children'),
        ...withModels(config),
        // A look holds a core for many times as long as an image: what needs none goes first.
        ...inBackground(place),
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

/**
 * Children of batches alone. They step back for everything else on the machine: idle processors are theirs, of busy ones
 * they get little.
 */
export function startBatchPool(place: Place): EnginePool {
  return createPool({
    ...poolOptions(place, 'batch-children'),
    ...withModels(place.config),
    ...inBackground(place),
    // One more than are to be busy: it has its next picture ready, and slow work may fill all places but one.
    workers: place.config.FOVEA_BATCH_WORKERS + 1,
  })
}

/** One child that looks at stored images, with what the rest of the machine leaves. */
export function startFingerprintPool(place: Place): EnginePool {
  return createPool({ ...poolOptions(place, 'fingerprint-children'), ...inBackground(place), workers: 1 })
}

function inBackground({ onBackgroundWork }: Place) {
  return { standing: 'background', onWork: onBackgroundWork } as const
}

/** `cacheName` belongs to one pool: two that compile at once into one directory would empty it for each other. */
function poolOptions({ config, log }: Place, cacheName: string) {
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
    usesGraphics: hasGraphics(),
    warmModels: config.FOVEA_WARM_MODELS,
    readablePaths: [blobsOf(config), ...directories.filter((directory) => existsSync(directory))],
    recycleBytes: modelRecycleBytes,
  }
}

function blobsOf({ FOVEA_DATA_DIR }: Config): string {
  return join(FOVEA_DATA_DIR, 'blobs')
}
