/** Originals in a bucket, as decoders get them. What is the same on a disk stands in assets.test.ts. */
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../db/databases.test-harness.ts'
import type { ProjectId } from '../projects/index.ts'
import { newBucketUrl, withoutBucket } from '../storage/bucket.test-harness.ts'
import { LocalCopies, openStorage, type Storage } from '../storage/index.ts'
import type { BlobHash } from './asset.ts'
import { blobKey } from './blob-key.ts'
import { BlobStore } from './blob-store.ts'

const project = '01PROJECT' as ProjectId
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex') as BlobHash

describe.skipIf(withoutBucket !== undefined)(`originals in a bucket (${withoutBucket ?? 'there'})`, () => {
  let dataDir = ''
  let storage: Storage
  let test: TestDatabase
  const errors: string[] = []
  let gets = 0

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'fovea-blobs-'))
    test = await openTestDatabase('sqlite')
    storage = await openStorage(dataDir, await newBucketUrl())
  })
  afterAll(async () => {
    await storage?.close()
    await test?.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  /** As after a start on another machine: no copies yet. */
  function open(capacityBytes = 1_000_000): BlobStore {
    const driver: Storage['driver'] = {
      ...storage.driver,
      get: (key, options) => {
        gets++
        return storage.driver.get(key, options)
      },
    }
    const copies = new LocalCopies(join(dataDir, randomBytes(4).toString('hex')), capacityBytes)
    const onError = (error: unknown) => void errors.push(String(error))
    return new BlobStore({ database: test.database, driver, copies, onError })
  }

  it('are fetched once, however many decoders ask, and kept', async () => {
    const bytes = randomBytes(300_000)
    await open().put(project, hashOf(bytes), bytes)
    const blobs = open()
    gets = 0
    const files = await Promise.all(Array.from({ length: 20 }, () => blobs.file(project, hashOf(bytes))))
    for (const { path, release } of files) {
      expect(await readFile(path)).toEqual(bytes)
      release()
    }
    ;(await blobs.file(project, hashOf(bytes))).release()
    expect(gets).toBe(1)
  })

  it('stay while they are held, whatever else is fetched', async () => {
    const [one, two] = [randomBytes(60_000), randomBytes(60_000)]
    const blobs = open(100_000)
    for (const bytes of [one, two]) await blobs.put(project, hashOf(bytes), bytes)
    const held = await blobs.file(project, hashOf(one))
    await blobs.file(project, hashOf(two)).catch(() => undefined)
    expect(await readFile(held.path)).toEqual(one)
    held.release()
  })

  it('are never decoded when they are not what was stored, and the operator is told', async () => {
    const hash = hashOf(randomBytes(10))
    await storage.driver.put(blobKey(project, hash), Buffer.from('something else'))
    await expect(open().file(project, hash)).rejects.toMatchObject({ code: 'storage/failed', status: 503 })
    expect(errors.at(-1)).toMatch(`The original ${hash} came as ${hashOf(Buffer.from('something else'))}`)
  })

  it('that are gone are the operator’s business too', async () => {
    const hash = hashOf(randomBytes(10))
    await expect(open().file(project, hash)).rejects.toMatchObject({ code: 'storage/failed' })
    expect(errors.at(-1)).toMatch(`The original ${hash} is not in the storage`)
  })
})
