import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultLimits, type Limits, predictCost } from '@fovea/core'
import type { EnginePool } from '@fovea/engine/pool'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { itWithShared, sharedDir } from '../../../fixtures/shared.ts'
import { readConfig } from './config.ts'
import { startPool } from './engine-pool.ts'
import type { LogFields } from './observe/index.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fovea-pool-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

function start(variables: Readonly<Record<string, string>> = {}) {
  const errors: LogFields[] = []
  const silent = () => {}
  const log = {
    error: (fields: LogFields) => void errors.push(fields),
    warn: silent,
    info: silent,
    debug: silent,
  }
  const config = readConfig({ FOVEA_DATA_DIR: dir, FOVEA_WORKERS: '1', FOVEA_SANDBOX: 'off', ...variables })
  return { pool: startPool({ config, log, onBackgroundWork: silent }), errors }
}

it('says nothing of children that were not waited for', async () => {
  const { pool, errors } = start()
  await pool.close()
  expect(errors).toEqual([])
})

it('says why no child can be started', async () => {
  const { pool, errors } = start({ FOVEA_WORKER_PRELOAD: join(dir, 'nowhere.js') })
  await expect.poll(() => errors, { timeout: 20_000 }).toMatchObject([{ event: 'workers.failed' }])
  await pool.close()
})

describe('children with models', () => {
  const models = join(sharedDir ?? '', 'models')
  /** Nothing is recognised in it, so that every model is asked: weights and all, most of a second. */
  const grey = () =>
    sharp({ create: { width: 640, height: 480, channels: 3, background: '#808080' } })
      .png()
      .toBuffer()

  async function look(pool: EnginePool, limits: Limits = defaultLimits) {
    const bytes = await grey()
    const header = await pool.probe({ bytes }, defaultLimits)
    const outputs = [{ pipeline: [], output: { kind: 'sightings', of: 'subjects' } }] as const
    const decode = { orient: true }
    const cost = predictCost(header, outputs, decode)
    return pool.run({ source: { bytes }, sourceId: 'grey', decode, outputs, limits, cost })
  }

  itWithShared('answer, and are there only when they are wanted', async () => {
    const { pool } = start({ FOVEA_MODEL_DIR: models, FOVEA_MODEL_WORKERS: '1' })
    try {
      await pool.warm()
      expect(pool.status().workers).toHaveLength(1)
      const { outputs } = await look(pool)
      expect(JSON.parse(Buffer.from(outputs[0]?.bytes ?? []).toString())).toMatchObject({ faces: [] })
      expect(pool.status().workers).toHaveLength(2)
    } finally {
      await pool.close()
    }
  })

  itWithShared('end at the deadline, in the middle of it', async () => {
    const { pool } = start({ FOVEA_MODEL_DIR: models, FOVEA_MODEL_WORKERS: '1' })
    try {
      const limits = { ...defaultLimits, deadlineMs: 30 }
      await expect(look(pool, limits)).rejects.toMatchObject({ code: 'render/timeout' })
    } finally {
      await pool.close()
    }
  })

  itWithShared('end when they take more memory than a child may', async () => {
    const bytes = String(200 * 1024 * 1024)
    const { pool } = start({ FOVEA_MODEL_DIR: models, FOVEA_WORKER_MEMORY_BYTES: bytes })
    try {
      await expect(look(pool)).rejects.toMatchObject({
        code: 'source/undecodable',
        message: expect.stringContaining(bytes),
      })
    } finally {
      await pool.close()
    }
  })
})
