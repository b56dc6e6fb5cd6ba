import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
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
  return { pool: startPool(config, log), errors }
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
