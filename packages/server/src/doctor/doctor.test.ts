import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, describe, expect, it } from 'vitest'
import { type Config, readConfig } from '../config.ts'
import { createDatabase } from '../db/index.ts'
import { startIdentityProvider } from '../http/api/identity-provider.test-harness.ts'
import { sizeText } from '../observe/size-text.ts'
import { newBucketUrl, withoutBucket } from '../storage/bucket.test-harness.ts'
import { parseS3Url } from '../storage/s3/place.ts'
import { s3Storage } from '../storage/s3/s3.ts'
import { checkDatabase } from './database.ts'
import { checkDisk } from './disk.ts'
import { found } from './finding.ts'
import { checkIdentity } from './identity.ts'
import { checkStorage } from './storage.ts'

const folder = mkdtempSync(join(tmpdir(), 'fovea-doctor-'))
afterAll(() => rmSync(folder, { recursive: true }))

function config(name: string, variables: Readonly<Record<string, string>> = {}): Config {
  return readConfig({ FOVEA_DATA_DIR: join(folder, name), ...variables })
}

describe('checkDatabase', () => {
  it('is content before the first start, and makes nothing', async () => {
    expect(await checkDatabase(config('fresh'))).toMatchObject({ state: 'well' })
    expect(readdirSync(folder)).not.toContain('fresh')
  })

  it('finds all migrations done in a database of this version', async () => {
    const settings = config('current')
    await (await createDatabase(settings)).close()
    const finding = await checkDatabase(settings)
    expect(finding).toMatchObject({ state: 'well' })
    expect(finding.detail).toContain('all migrations done')
  })

  it('sees migrations that are still to come, and those of a newer version', async () => {
    const settings = config('other')
    await (await createDatabase(settings)).close()
    const { default: Sqlite } = await import('better-sqlite3')
    const database = new Sqlite(join(folder, 'other', 'meta.db'))
    database.exec('delete from kysely_migration')
    expect(await checkDatabase(settings)).toMatchObject({ state: 'doubtful' })
    database.exec("insert into kysely_migration (name, timestamp) values ('9999-tomorrow', '2099')")
    database.close()
    expect(await checkDatabase(settings)).toMatchObject({ state: 'broken' })
  })

  it('names the project whose watermark is gone', async () => {
    const settings = config('watermark')
    const database = await createDatabase(settings)
    const run = (statement: string) => sql.raw(statement).execute(database.queries)
    await run(`insert into users (id, email, created_at) values ('u', 'a@b.test', 1)`)
    await run(`insert into projects
      (id, slug, name, owner_id, plan, generation, settings, created_at, updated_at)
      values ('p', 'shop', 'Shop', 'u', 'unlimited', 1, '{"watermark":null}', 1, 1)`)
    expect(await checkDatabase(settings)).toMatchObject({ state: 'well' })
    await run(`update projects set settings = '{"watermark":{"picture":{"asset":"logo.png"}}}'`)
    await database.close()
    const finding = await checkDatabase(settings)
    expect(finding.state).toBe('broken')
    expect(finding.detail).toContain('"shop" shows no pictures: its watermark logo.png has been deleted')
  })

  it('says what is wrong with a file that is no database', async () => {
    mkdirSync(join(folder, 'damaged'))
    writeFileSync(join(folder, 'damaged', 'meta.db'), 'not a database at all')
    const finding = await checkDatabase(config('damaged'))
    expect(finding).toMatchObject({ name: 'database', state: 'broken' })
    expect(finding.detail).toContain('not a database')
  })

  it('names the setting of a PostgreSQL that does not answer, and not its password', async () => {
    const url = 'postgres://someone:secret-word@127.0.0.1:1/nowhere'
    const finding = await checkDatabase(config('pg', { FOVEA_DATABASE_URL: url }))
    expect(finding.state).toBe('broken')
    expect(finding.detail).toContain('FOVEA_DATABASE_URL')
    expect(finding.detail).not.toContain('secret-word')
  })
})

describe('checkDisk', () => {
  it('tells how much room is left, in the nearest folder that exists', async () => {
    const [disk, cache] = await checkDisk(config('a/b/c'))
    expect(disk?.detail).toMatch(/will be made at the first start, .* free$/)
    expect(cache?.detail).toContain('empty')
    expect(readdirSync(folder)).not.toContain('a')
  })

  it('adds up what the cache holds', async () => {
    mkdirSync(join(folder, 'full', 'variants', 'aa'), { recursive: true })
    writeFileSync(join(folder, 'full', 'variants', 'aa', 'one'), Buffer.alloc(3000))
    writeFileSync(join(folder, 'full', 'variants', 'two'), Buffer.alloc(1096))
    const [, cache] = await checkDisk(config('full'))
    expect(cache?.detail).toContain('4.0 KiB in 2 files')
  })

  it('doubts a cache that is larger than the disk', async () => {
    mkdirSync(join(folder, 'huge', 'variants'), { recursive: true })
    const [, cache] = await checkDisk(config('huge', { FOVEA_CACHE_BYTES: String(2 ** 52) }))
    expect(cache).toMatchObject({ state: 'doubtful' })
  })

  it('calls a data directory broken that is a file', async () => {
    writeFileSync(join(folder, 'file'), '')
    const [disk] = await checkDisk(config('file'))
    expect(disk).toMatchObject({ name: 'disk', state: 'broken' })
  })
})

describe('checkStorage', () => {
  it('has nothing to say of originals in the data directory', async () => {
    expect(await checkStorage(config('local'))).toEqual([])
  })

  it.skipIf(withoutBucket !== undefined)('writes to the bucket and leaves nothing there', async () => {
    const url = await newBucketUrl()
    const [finding] = await checkStorage(config('bucket', { FOVEA_STORAGE_URL: url }))
    expect(finding).toMatchObject({ name: 'storage', state: 'well' })
    const driver = s3Storage(parseS3Url(url))
    expect((await driver.list('')).objects).toEqual([])
    await driver.close?.()
  })

  it.skipIf(withoutBucket !== undefined)('doubts a bucket that browsers would not reach', async () => {
    const url = (await newBucketUrl()).replace('direct=true', 'direct=http://127.0.0.1:1')
    const [finding] = await checkStorage(config('far', { FOVEA_STORAGE_URL: url }))
    expect(finding).toMatchObject({ state: 'doubtful' })
    expect(finding?.detail).toContain('takes no form (direct=): http://127.0.0.1:1')
  })

  it('calls a bucket broken that does not answer, without telling the secret', async () => {
    const url = 's3://someone:secret-word@pictures?endpoint=http://127.0.0.1:1'
    const [finding] = await checkStorage(config('nowhere', { FOVEA_STORAGE_URL: url }))
    expect(finding).toMatchObject({ state: 'broken' })
    expect(finding?.detail).toContain('http://127.0.0.1:1/pictures did not answer')
    expect(finding?.detail).not.toContain('secret-word')
  })
})

describe('findings', () => {
  it('are broken when the check throws', async () => {
    const failing = () => Promise.reject(new Error('no luck'))
    expect(await found('x', failing)).toEqual({ name: 'x', state: 'broken', detail: 'no luck' })
  })

  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [1_572_864, '1.5 MiB'],
    [200 * 1024 ** 3, '200 GiB'],
  ])('write %i bytes as %s', (bytes, text) => {
    expect(sizeText(bytes)).toBe(text)
  })
})

describe('checkIdentity', () => {
  it('asks the identity provider, and says what must be registered there', async () => {
    const idp = await startIdentityProvider('http://localhost:3000/api/auth/oidc/callback')
    const settings = { ...idp.settings, FOVEA_EGRESS_ALLOW: '127.0.0.1' }
    expect(await checkIdentity(config('oidc', settings))).toMatchObject([
      {
        name: 'oidc',
        state: 'well',
        detail: expect.stringContaining('localhost:3000/api/auth/oidc/callback'),
      },
    ])
    const tokens = {
      FOVEA_JWT_JWKS_URL: `${idp.issuer}/jwks`,
      ...{ FOVEA_JWT_ISSUER: idp.issuer, FOVEA_JWT_AUDIENCE: 'fovea', FOVEA_EGRESS_ALLOW: '127.0.0.1' },
    }
    expect(await checkIdentity(config('tokens', tokens))).toMatchObject([
      { name: 'tokens', state: 'well', detail: expect.stringMatching(/\/jwks answers with \d+ keys?$/) },
    ])
    const elsewhere = { ...tokens, FOVEA_JWT_JWKS_URL: `${idp.issuer}/.well-known/openid-configuration` }
    expect(await checkIdentity(config('tokens', elsewhere))).toMatchObject([
      { name: 'tokens', state: 'broken', detail: expect.stringContaining('no key set') },
    ])
    const other = { ...settings, FOVEA_OIDC_ISSUER: idp.issuer.replace('127.0.0.1', '127.0.0.2') }
    expect(await checkIdentity(config('oidc', other))).toMatchObject([
      { state: 'broken', detail: expect.stringContaining('only https is followed') },
    ])
    await idp.close()
    expect(await checkIdentity(config('oidc', settings))).toMatchObject([{ state: 'broken' }])
  })

  it('has nothing to say where nothing is set', async () => {
    expect(await checkIdentity(config('none'))).toEqual([])
  })
})
