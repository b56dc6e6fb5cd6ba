import { createHash } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStorage, type Storage } from '../storage/index.ts'
import { stage } from './stage.ts'

describe('stage', () => {
  let dataDir: string
  let storage: Storage

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'fovea-stage-'))
    await chmod(dataDir, 0o711)
    storage = await openStorage(dataDir)
  })
  afterAll(async () => {
    await storage.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  const run = (source: AsyncIterable<Uint8Array>, maxBytes = 1_000_000, signal?: AbortSignal) =>
    stage(source, { temporary: storage.temporary, maxBytes, signal })
  const files = async () =>
    (await readdir(join(dataDir, 'tmp'), { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    )

  async function* chunks(count: number, size: number): AsyncGenerator<Uint8Array> {
    for (let index = 0; index < count; index++) yield Buffer.alloc(size, index)
  }

  it('writes all bytes, hashes them, and can be read by anyone who knows the name', async () => {
    const staged = await run(chunks(10, 70_000))
    const bytes = await readFile(staged.path)
    expect(staged.size).toBe(700_000)
    expect(bytes.length).toBe(700_000)
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(staged.hash)
    expect((await stat(staged.path)).mode & 0o777).toBe(0o644)
    await staged.discard()
    await staged.discard()
    expect(await files()).toEqual([])
  })

  it('writes chunks of any size in their order, each before it asks for the next one', async () => {
    const sizes = [1, 524_287, 524_288, 1, 1_200_000, 7]
    const sent = sizes.map((size, index) => Buffer.alloc(size, index + 1))
    async function* overwritten(): AsyncGenerator<Uint8Array> {
      for (const bytes of sent) {
        const chunk = Buffer.from(bytes)
        yield chunk
        chunk.fill(0xff)
      }
    }
    const staged = await run(overwritten(), 10_000_000)
    const whole = Buffer.concat(sent)
    expect((await readFile(staged.path)).equals(whole)).toBe(true)
    expect(staged.hash).toBe(createHash('sha256').update(whole).digest('hex'))
    await staged.discard()
  })

  it('stops at the first byte too many and leaves nothing', async () => {
    let taken = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        taken++
        yield Buffer.alloc(1000)
      }
    }
    await expect(run(endless(), 10_000)).rejects.toMatchObject({
      code: 'source/too-large',
      members: { limitBytes: 10_000 },
    })
    expect(taken).toBe(11)
    await expect(run(chunks(10, 1000), 10_000).then((staged) => staged.discard())).resolves.toBeUndefined()
    expect(await files()).toEqual([])
  })

  it('refuses no bytes, a broken source and an aborted one, and leaves nothing', async () => {
    await expect(run(chunks(0, 1))).rejects.toMatchObject({ code: 'source/empty' })
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(10)
      throw new Error('line cut')
    }
    await expect(run(broken())).rejects.toThrow('line cut')
    await expect(run(chunks(2, 10), 100, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone')
    expect(await files()).toEqual([])
  })
})
