/** What every storage driver must do. A driver's test calls this with a fresh driver. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StorageDriver, StoredObject } from './driver.ts'

export interface ContractSubject {
  readonly driver: StorageDriver
  close(): Promise<void>
}

export function storageContract(name: string, open: () => Promise<ContractSubject>): void {
  describe(`storage contract: ${name}`, () => {
    let subject: ContractSubject
    let driver: StorageDriver

    beforeAll(async () => {
      subject = await open()
      driver = subject.driver
    })
    afterAll(() => subject.close())

    it('returns what was put, and its facts', async () => {
      const bytes = Buffer.from('hello, world')
      await driver.put('p/aa/one', bytes)
      const info = await driver.head('p/aa/one')
      expect(info).toMatchObject({ key: 'p/aa/one', size: 12 })
      expect(Math.abs((info?.modifiedAt ?? 0) - Date.now())).toBeLessThan(60_000)
      const stored = await driver.get('p/aa/one')
      expect(stored?.info).toEqual(info)
      expect(await text(stored)).toBe('hello, world')
    })

    it('takes streams, empty and larger than one chunk', async () => {
      const chunk = Buffer.alloc(300_000, 7)
      await driver.put('p/aa/streamed', webStream([chunk, chunk]))
      expect((await driver.head('p/aa/streamed'))?.size).toBe(600_000)
      await driver.put('p/aa/empty', new Uint8Array())
      expect(await text(await driver.get('p/aa/empty'))).toBe('')
    })

    it('keeps the old object whole when a put fails half-way', async () => {
      await driver.put('p/aa/stable', Buffer.from('before'))
      const broken = webStream(
        (async function* () {
          yield Buffer.from('half')
          throw new Error('the source broke')
        })(),
      )
      await expect(driver.put('p/aa/stable', broken)).rejects.toThrow('the source broke')
      expect(await text(await driver.get('p/aa/stable'))).toBe('before')
    })

    it('replaces', async () => {
      await driver.put('p/aa/replaced', Buffer.from('one'))
      await driver.put('p/aa/replaced', Buffer.from('other'))
      expect(await text(await driver.get('p/aa/replaced'))).toBe('other')
    })

    it('lets 20 writers of one key end with one of their objects, whole', async () => {
      const bodies = Array.from({ length: 20 }, (_, index) => Buffer.alloc(10_000 + index, 65 + index))
      await Promise.all(bodies.map((body) => driver.put('p/aa/contended', body)))
      const found = Buffer.from(await text(await driver.get('p/aa/contended')))
      expect(bodies.some((body) => body.equals(found))).toBe(true)
    })

    it('answers undefined for what is not there, and deletes without complaint', async () => {
      expect(await driver.head('p/zz/none')).toBeUndefined()
      expect(await driver.get('p/zz/none')).toBeUndefined()
      await driver.put('p/zz/gone', Buffer.from('x'))
      await driver.delete(['p/zz/gone', 'p/zz/none', 'q/none'])
      expect(await driver.head('p/zz/gone')).toBeUndefined()
    })

    it('reads ranges', async () => {
      await driver.put('p/aa/ranged', Buffer.from('0123456789'))
      expect(await text(await driver.get('p/aa/ranged', { range: { start: 2, end: 4 } }))).toBe('234')
      expect(await text(await driver.get('p/aa/ranged', { range: { start: 7 } }))).toBe('789')
    })

    it('lists by prefix, in key order, page by page', async () => {
      const keys = ['l/aa/1', 'l/aa/2', 'l/ab/1', 'l/b', 'l-other/x', 'l/b0/1']
      for (const key of keys) await driver.put(key, Buffer.from(key))
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const page = await driver.list('l/', { limit: 2, ...(cursor === undefined ? {} : { cursor }) })
        expect(page.objects.length).toBeLessThanOrEqual(2)
        seen.push(...page.objects.map((object) => object.key))
        cursor = page.cursor
      } while (cursor !== undefined)
      expect(seen).toEqual(keys.filter((key) => key.startsWith('l/')).sort())
      expect((await driver.list('l/a')).objects.map((object) => object.key)).toEqual([
        'l/aa/1',
        'l/aa/2',
        'l/ab/1',
      ])
      expect((await driver.list('nothing')).objects).toEqual([])
    })

    it.each(['../x', '/x', 'a/../b', 'a//b', '', 'a/.b', 'a\\b', 'a\0b', 'a b', 'é', 'x'.repeat(600)])(
      'refuses the key %.20j',
      async (key) => {
        await expect(driver.put(key, Buffer.from('x'))).rejects.toThrow(TypeError)
        await expect((async () => driver.get(key))()).rejects.toThrow(TypeError)
      },
    )

    it('removes nothing once its signal is given', async () => {
      await driver.put('p/aa/late', Buffer.from('stays'))
      await expect(driver.delete(['p/aa/late'], { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i)
      expect(await text(await driver.get('p/aa/late'))).toBe('stays')
    })

    it('takes a local file, and is one where it says so', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'fovea-storage-'))
      await writeFile(join(folder, 'staged'), 'on disk')
      await driver.put('p/aa/local', { path: join(folder, 'staged') })
      await rm(folder, { recursive: true })
      expect(await text(await driver.get('p/aa/local'))).toBe('on disk')
      const path = driver.localPath?.('p/aa/local')
      if (path !== undefined) expect(await readFile(path, 'utf8')).toBe('on disk')
    })
  })
}

function webStream(source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  return Readable.toWeb(Readable.from(source)) as ReadableStream<Uint8Array>
}

async function text(object: StoredObject | undefined): Promise<string> {
  if (object === undefined) throw new Error('The object is not there')
  return new Response(object.body).text()
}
