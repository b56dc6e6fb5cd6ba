import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bucketUrl, newBucketUrl, withoutBucket } from '../bucket.test-harness.ts'
import { storageContract } from '../contract.test-suite.ts'
import { openStorage } from '../open-storage.ts'
import { parseS3Url } from './place.ts'
import { s3Storage } from './s3.ts'

const MiB = 1024 * 1024

describe.skipIf(withoutBucket !== undefined)(`s3 storage (${withoutBucket ?? 'with a server'})`, () => {
  storageContract('s3', async () => {
    const driver = s3Storage(parseS3Url(await newBucketUrl()))
    return { driver, close: async () => driver.close?.() }
  })

  describe('in parts', () => {
    const partBytes = 5 * MiB
    let driver: ReturnType<typeof s3Storage>

    beforeAll(async () => {
      driver = s3Storage(parseS3Url(await newBucketUrl()), { partBytes })
    })
    afterAll(() => driver.close?.())

    const pattern = (bytes: number) => Buffer.alloc(bytes, Buffer.from('0123456789abcdefghijklmnopqrstuvw'))
    const read = async (key: string) => {
      const found = await driver.get(key)
      return Buffer.from(await new Response(found?.body).arrayBuffer())
    }

    it.each([partBytes - 1, partBytes, partBytes + 1, 3 * partBytes + 7])(
      'stores %i bytes as they are, from memory and from a stream',
      async (size) => {
        const bytes = pattern(size)
        await driver.put('p/memory', bytes)
        expect((await read('p/memory')).equals(bytes)).toBe(true)
        await driver.put('p/stream', new Blob([bytes]).stream())
        expect((await read('p/stream')).equals(bytes)).toBe(true)
      },
    )

    it('leaves no part behind when the source breaks after some', async () => {
      const broken = new ReadableStream<Uint8Array>({
        pull(controller) {
          if (this.sent > 11) controller.error(new Error('the source broke'))
          else controller.enqueue(pattern(MiB))
          this.sent++
        },
        sent: 0,
      } as UnderlyingDefaultSource<Uint8Array> & { sent: number })
      await expect(driver.put('p/broken', broken)).rejects.toThrow('the source broke')
      expect(await driver.head('p/broken')).toBeUndefined()
      expect(await driver.removeUnfinished?.(Date.now() + 60_000)).toBe(0)
    })

    it('removes parts that a killed process left, those begun lately not', async () => {
      let reached = () => {}
      const secondPart = new Promise<void>((resolve) => {
        reached = resolve
      })
      const stalled = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(pattern(partBytes))
        },
        pull() {
          reached()
          return new Promise(() => {})
        },
      })
      const abandoned = s3Storage(parseS3Url(await newBucketUrl()), { partBytes })
      void abandoned.put('p/abandoned', stalled).catch(() => {})
      await secondPart
      await expect.poll(() => abandoned.removeUnfinished?.(Date.now() - 60_000)).toBe(0)
      await expect.poll(() => abandoned.removeUnfinished?.(Date.now() + 60_000)).toBe(1)
    })

    it('is not held up by many large puts at once', async () => {
      const bytes = pattern(2 * partBytes + 3)
      const keys = Array.from({ length: 12 }, (_, index) => `p/many/${index}`)
      await Promise.all(keys.map((key) => driver.put(key, new Blob([bytes]).stream())))
      const sizes = (await driver.list('p/many/')).objects.map(({ size }) => size)
      expect(sizes).toEqual(keys.map(() => bytes.length))
    })
  })

  it('keeps within its folder of the bucket', async () => {
    const url = await newBucketUrl()
    const ours = s3Storage(parseS3Url(url))
    const others = s3Storage(parseS3Url(url.replace('/images?', '/other?')))
    await others.put('p/theirs', Buffer.from('x'))
    expect((await ours.list('')).objects).toEqual([])
    expect(await ours.head('p/theirs')).toBeUndefined()
    await Promise.all([ours.close?.(), others.close?.()])
  })

  it.each([
    ['a bucket that is not there', bucketUrlOr('fovea-never-made'), /404 NoSuchBucket/],
    ['a wrong secret', bucketUrlOr('fovea-never-made', { secret: 'wrong' }), /403 SignatureDoesNotMatch/],
    ['a wrong key', bucketUrlOr('fovea-never-made', { key: 'nobody' }), /40[34] \w+/],
  ])('stops the start with a sentence for %s', async (_, url, sentence) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'fovea-storage-'))
    const refused = openStorage(dataDir, url)
    await expect(refused).rejects.toThrow(/^FOVEA_STORAGE_URL: the bucket cannot be used: http/)
    await expect(refused).rejects.toThrow(sentence)
    await expect(refused).rejects.not.toThrow('fovea-test-secret')
    await rm(dataDir, { recursive: true })
  })
})

function bucketUrlOr(...given: Parameters<typeof bucketUrl>): string {
  return withoutBucket === undefined ? bucketUrl(...given) : ''
}

describe('a server that stumbles', () => {
  it('is asked again, with the same body, and given up after four times', async () => {
    const bodies: string[] = []
    let refusals = 2
    const server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      bodies.push(`${request.method} ${body}`)
      if (refusals-- > 0) response.writeHead(503).end()
      else response.writeHead(200, { etag: '"x"' }).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const driver = s3Storage(parseS3Url(`s3://key:secret@bucket?endpoint=${endpoint}`))
    await driver.put('p/a', Buffer.from('bytes'))
    expect(bodies).toEqual(['PUT bytes', 'PUT bytes', 'PUT bytes'])
    refusals = 100
    await expect(driver.put('p/a', Buffer.from('bytes'))).rejects.toMatchObject({
      name: 'StorageError',
      status: 503,
    })
    expect(bodies).toHaveLength(7)
    server.closeAllConnections()
    server.close()
    await expect(driver.head('p/a')).rejects.toThrow(/did not answer HEAD p\/a/)
    await driver.close?.()
  }, 20_000)
})
