import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AssetId } from '../../assets/asset.ts'
import { createLog } from '../../observe/index.ts'
import type { ProjectId } from '../../projects/project.ts'
import type { VariantMeta } from './variant-file.ts'
import { type VariantPlace, VariantStore } from './variant-store.ts'

const projectId = '01PROJECT' as ProjectId
const assetId = '01ASSET' as AssetId
const never = () => false
const log = createLog('silent')

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fovea-variants-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const open = (capacityBytes = 100_000_000) => new VariantStore({ dir, capacityBytes, log })
const address = (number: number) => number.toString(16).padStart(64, '0')
const place = (number: number, asset = assetId): VariantPlace => ({
  projectId,
  assetId: asset,
  address: address(number),
})
const meta = (number: number): VariantMeta => ({
  address: address(number),
  contentType: 'image/webp',
  format: 'webp',
  width: 10,
  height: 20,
  pages: 1,
})
const fileOf = (number: number, asset = assetId) => join(dir, projectId, asset, address(number))

async function put(
  store: VariantStore,
  number: number,
  body: Uint8Array = Buffer.from(`body ${number}`),
  asset = assetId,
): Promise<void> {
  await store.put(place(number, asset), meta(number), body, never)
}

/** The body of an entry, read from its file where it is too large to be held. */
async function read(store: VariantStore, number: number): Promise<Buffer | undefined> {
  const body = (await store.get(place(number)))?.body
  if (body === undefined) return undefined
  if (body.kind === 'bytes') return Buffer.from(body.bytes)
  return readFileSync(body.path).subarray(body.offset, body.offset + body.sizeBytes)
}

/** Bytes of all files below the directory. */
async function bytesOnDisk(): Promise<number> {
  const files = await readdir(dir, { recursive: true, withFileTypes: true })
  const sizes = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => stat(join(file.parentPath, file.name))),
  )
  return sizes.reduce((sum, { size }) => sum + size, 0)
}

describe('the variant cache on disk', () => {
  it('gives back what was put, also after a restart', async () => {
    const body = randomBytes(50_000)
    await put(open(), 1, body)
    for (const store of [open(), open()]) {
      const found = await store.get(place(1))
      expect((await read(store, 1))?.equals(body)).toBe(true)
      expect(found).toMatchObject({
        contentType: 'image/webp',
        format: 'webp',
        width: 10,
        height: 20,
        pages: 1,
      })
    }
    expect(await open().get(place(2))).toBeUndefined()
  })

  it('writes little more than the body, also when it is handed a whole variant', async () => {
    const store = open()
    const bytes = randomBytes(200_000)
    await store.put(place(1), { ...meta(1), bytes } as VariantMeta, bytes, never)
    expect((await stat(fileOf(1))).size).toBeLessThan(bytes.length + 500)
    expect((await read(store, 1))?.equals(bytes)).toBe(true)
  })

  it('serves no wrong byte from 100 truncated, emptied and flipped entries, and deletes them', async () => {
    const store = open()
    const bodies = Array.from({ length: 100 }, () => randomBytes(300 + Math.floor(Math.random() * 3_000)))
    for (const [number, body] of bodies.entries()) await put(store, number, body)
    for (let number = 0; number < 100; number++) {
      const file = readFileSync(fileOf(number))
      const position = Math.floor((number / 100) * file.length)
      if (number % 4 === 0) writeFileSync(fileOf(number), file.subarray(0, position))
      else if (number % 4 === 1) writeFileSync(fileOf(number), Buffer.alloc(file.length))
      else if (number % 4 === 2) writeFileSync(fileOf(number), Buffer.concat([file, Buffer.from('x')]))
      else {
        file[position] = (file[position] ?? 0) ^ (1 << (number % 8))
        writeFileSync(fileOf(number), file)
      }
    }
    for (let number = 0; number < 100; number++)
      expect(await store.get(place(number)), String(number)).toBeUndefined()
    expect(store.stats).toMatchObject({ damaged: 100, entries: 0, bytes: 0 })
    expect(await bytesOnDisk()).toBe(0)
    await put(store, 5, bodies[5])
    expect((await read(store, 5))?.equals(bodies[5] ?? Buffer.alloc(0))).toBe(true)
  })

  it('notices every single flipped bit', async () => {
    const store = open()
    await put(store, 1, Buffer.from('a small body'))
    const good = readFileSync(fileOf(1))
    for (let bit = 0; bit < good.length * 8; bit++) {
      const bad = Buffer.from(good)
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      writeFileSync(fileOf(1), bad)
      const found = await store.get(place(1))
      expect(found, `bit ${bit}`).toBeUndefined()
    }
  })

  it('verifies entries that are too large to be held without holding them', async () => {
    const store = open()
    const body = randomBytes(3_000_000)
    const stored = await store.put(place(1), meta(1), body, never)
    const found = await store.get(place(1))
    expect(found?.body).toEqual(stored)
    expect(found?.body).toMatchObject({ kind: 'file', sizeBytes: body.length })
    expect((await read(store, 1))?.equals(body)).toBe(true)
    const good = readFileSync(fileOf(1))
    for (const at of [0, 5, 9, 60, 400, 1_500_000, good.length - 1]) {
      const bad = Buffer.from(good)
      bad[at] = (bad[at] ?? 0) ^ 1
      writeFileSync(fileOf(1), bad)
      expect(await store.get(place(1)), String(at)).toBeUndefined()
      expect(existsSync(fileOf(1))).toBe(false)
    }
    for (const cut of [good.subarray(0, 2_000_000), Buffer.concat([good, Buffer.from('x')])]) {
      writeFileSync(fileOf(1), cut)
      expect(await store.get(place(1))).toBeUndefined()
    }
  })

  it('keeps what is asked for while it is written', async () => {
    const store = open()
    let isWriting = true
    const asking = (async () => {
      while (isWriting) await store.get(place(1))
    })()
    await Promise.all([1, 2, 3].map((number) => put(store, number, randomBytes(500_000))))
    isWriting = false
    await asking
    for (const number of [1, 2, 3]) expect(await store.get(place(number))).toBeDefined()
    expect(store.stats).toMatchObject({ entries: 3, damaged: 0 })
  })

  it('gives what is being written as soon as it is there', async () => {
    const store = open()
    const putting = put(store, 1, randomBytes(500_000))
    while (store.stats.entries === 0) await setImmediate()
    expect((await read(store, 1))?.length).toBe(500_000)
    await putting
  })

  it('keeps again what somebody has deleted under it', async () => {
    const store = open()
    await put(store, 1)
    await rm(fileOf(1))
    expect(await store.get(place(1))).toBeUndefined()
    await put(store, 1)
    expect(await store.get(place(1))).toBeDefined()
    expect(store.stats).toMatchObject({ entries: 1, damaged: 0 })
  })

  it('does not take an entry for another one', async () => {
    const store = open()
    await put(store, 1)
    writeFileSync(fileOf(2), readFileSync(fileOf(1)))
    expect(await store.get(place(2))).toBeUndefined()
  })

  it('stays under its bound with 10 000 distinct variants, and keeps the young ones', async () => {
    const capacity = 2_000_000
    const store = open(capacity)
    const body = randomBytes(3_000)
    let highest = 0
    for (let batch = 0; batch < 500; batch++) {
      await Promise.all(Array.from({ length: 20 }, (_, index) => put(store, batch * 20 + index, body)))
      if (batch % 50 === 49) highest = Math.max(highest, await bytesOnDisk())
      expect(store.stats.bytes).toBeLessThanOrEqual(capacity)
    }
    expect(highest).toBeLessThanOrEqual(capacity)
    expect(store.stats.entries).toBe(Math.floor(capacity / 4096))
    expect(await store.get(place(9_999))).toBeDefined()
    expect(await store.get(place(0))).toBeUndefined()
    expect((await readdir(join(dir, projectId, assetId))).length).toBe(store.stats.entries)
  })

  it('lets the least recently used go first', async () => {
    const store = open(3 * 4096)
    for (const number of [1, 2, 3]) await put(store, number)
    await store.get(place(1))
    await put(store, 4)
    expect(await store.get(place(2))).toBeUndefined()
    for (const number of [1, 3, 4]) expect(await store.get(place(number)), String(number)).toBeDefined()
  })

  it('does not keep what is larger than itself', async () => {
    const store = open(10_000)
    await put(store, 1)
    await put(store, 2, randomBytes(20_000))
    expect(await store.get(place(2))).toBeUndefined()
    expect(await store.get(place(1))).toBeDefined()
  })

  it('does not keep what has become outdated before or while it was written', async () => {
    const store = open()
    await store.put(place(1), meta(1), Buffer.from('x'), () => true)
    let asked = 0
    await store.put(place(2), meta(2), Buffer.from('x'), () => ++asked > 2)
    expect(await store.get(place(1))).toBeUndefined()
    expect(await store.get(place(2))).toBeUndefined()
    expect(await bytesOnDisk()).toBe(0)
    expect(store.stats).toMatchObject({ entries: 0, bytes: 0 })
  })

  it('deletes everything of an asset, and nothing of its neighbour', async () => {
    const store = open()
    const other = '01ASSET2' as AssetId
    await put(store, 1)
    await put(store, 2)
    await put(store, 3, Buffer.from('neighbour'), other)
    await store.removeAsset(projectId, assetId, true)
    expect(await store.get(place(1))).toBeUndefined()
    expect(existsSync(join(dir, projectId, assetId))).toBe(false)
    expect(await store.get(place(3, other))).toBeDefined()
    expect(store.stats.entries).toBe(1)
    await store.removeAsset(projectId, assetId, true)
  })

  it('deletes everything of a project that is gone, and nothing of another', async () => {
    const store = open()
    const other = '01OTHER' as ProjectId
    await put(store, 1)
    await put(store, 2, Buffer.from('another asset'), '01ASSET2' as AssetId)
    await store.removeProject(other)
    expect(store.stats.entries).toBe(2)
    await store.removeProject(projectId)
    expect(store.stats.entries).toBe(0)
    expect(existsSync(join(dir, projectId))).toBe(false)
    expect(() => store.get({ projectId, assetId, address: address(1) })).not.toThrow()
    await expect(store.removeProject('..' as ProjectId)).rejects.toThrow(TypeError)
  })

  it('deletes what an older version left, and nothing that comes after', async () => {
    const store = open()
    await put(store, 1)
    const removed = store.removeAsset(projectId, assetId, false)
    await Promise.all([removed, put(store, 2), put(store, 3)])
    expect(await store.get(place(1))).toBeUndefined()
    expect(await store.get(place(2))).toBeDefined()
    expect(await store.get(place(3))).toBeDefined()
    expect(store.stats.entries).toBe(2)
  })

  it('survives a directory it cannot write to', async () => {
    const blocked = new VariantStore({ dir: join(dir, 'file'), capacityBytes: 1_000_000, log })
    writeFileSync(join(dir, 'file'), 'not a directory')
    await put(blocked, 1)
    expect(await blocked.get(place(1))).toBeUndefined()
    expect(blocked.stats.bytes).toBe(0)
  })

  it('refuses ids that would leave the directory', async () => {
    const store = open()
    expect(() => store.get({ projectId: '..' as ProjectId, assetId, address: address(1) })).toThrow(TypeError)
    await expect(store.removeAsset(projectId, 'a/b' as AssetId, true)).rejects.toThrow(TypeError)
  })
})

describe('the scan after a start', () => {
  it('counts what is there and deletes what is not an entry', async () => {
    const before = open()
    for (const number of [1, 2, 3]) await put(before, number, randomBytes(5_000))
    const file = readFileSync(fileOf(1))
    const assetDir = join(dir, projectId, assetId)
    writeFileSync(fileOf(10), file.subarray(0, 200))
    writeFileSync(fileOf(11), file.subarray(0, file.length - 1))
    writeFileSync(fileOf(12), '')
    writeFileSync(fileOf(13), file)
    writeFileSync(join(assetDir, `${address(14)}.deadbeef-0.tmp`), 'left over')
    writeFileSync(join(assetDir, 'notes.txt'), 'a stranger')
    writeFileSync(join(dir, 'stray'), 'a stranger')
    mkdirSync(join(dir, projectId, 'not an id!', 'deep'), { recursive: true })
    mkdirSync(join(dir, projectId, '01EMPTY'))
    mkdirSync(fileOf(15))
    const outside = await mkdtemp(join(tmpdir(), 'fovea-outside-'))
    writeFileSync(join(outside, 'precious'), 'keep me')
    symlinkSync(outside, join(dir, projectId, '01LINK'))
    const store = open()
    await store.scan()
    expect(store.stats).toMatchObject({ entries: 3, bytes: 3 * 8192 })
    expect((await readdir(assetDir)).sort()).toEqual([1, 2, 3].map(address))
    expect(await readdir(dir)).toEqual([projectId])
    expect(await readdir(join(dir, projectId))).toEqual([assetId])
    expect(readFileSync(join(outside, 'precious'), 'utf8')).toBe('keep me')
    await rm(outside, { recursive: true })
  })

  it('trims to a bound that has become smaller', async () => {
    const before = open()
    for (let number = 0; number < 20; number++) await put(before, number, randomBytes(3_000))
    const store = open(10 * 4096)
    await store.scan()
    expect(store.stats.entries).toBe(10)
    expect((await readdir(join(dir, projectId, assetId))).length).toBe(10)
  })

  it('leaves alone what is being written meanwhile', async () => {
    const before = open()
    for (let number = 0; number < 50; number++) await put(before, number, randomBytes(1_000))
    const store = open()
    await Promise.all([store.scan(), ...Array.from({ length: 50 }, (_, index) => put(store, 100 + index))])
    expect(store.stats.entries).toBe(100)
    for (let index = 0; index < 50; index++) expect(await store.get(place(100 + index))).toBeDefined()
  })

  it('begins by itself before the first entry is kept', async () => {
    const before = open()
    for (let number = 0; number < 5; number++) await put(before, number, randomBytes(3_000))
    const store = open(5 * 4096)
    await put(store, 9)
    expect(store.stats).toMatchObject({ entries: 5, evictions: 1 })
  })
})
