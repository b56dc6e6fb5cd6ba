import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { type Answer, serve } from './client.test-server.ts'
import { Fovea, FoveaError, uploadTo } from './index.ts'

const stored: Answer = {
  status: 201,
  body: { id: '0123456789abcdef', path: 'b/new.png', is_new: false },
}
const file = (bytes: number) => new Blob([new Uint8Array(bytes).fill(7)], { type: 'image/png' })

function expectRising(shares: readonly number[]): void {
  expect(shares).toEqual(shares.toSorted((a, b) => a - b))
  expect(shares.length).toBeGreaterThan(2)
  expect(shares.at(-1)).toBe(1)
}

describe('uploadTo', () => {
  it.each([false, true])('sends the file and no key (watched: %s)', async (isWatched) => {
    const { url, heard } = await serve(stored)
    const shares: number[] = []
    const address = { uploadUrl: `${url}/put`, key: 'b/new.png', headers: { 'Content-Type': 'image/png' } }
    const options = isWatched ? { onProgress: (share: number) => shares.push(share) } : {}
    const done = await uploadTo(address, file(300_000), options)
    expect(done).toEqual({ key: 'b/new.png', id: '0123456789abcdef', isNew: false })
    expect(heard[0]).toMatchObject({ method: 'PUT', url: '/put', headers: { 'content-type': 'image/png' } })
    expect(heard[0]?.headers.authorization).toBeUndefined()
    expect(heard[0]?.body.equals(Buffer.alloc(300_000, 7))).toBe(true)
    if (isWatched) expectRising(shares)
  })

  it('posts a form to a bucket, and then asks the server to look at it', async () => {
    const { url, heard } = await serve({ status: 204 }, stored)
    const fields = { key: 'incoming/1', policy: 'p' }
    const target = { uploadUrl: `${url}/bucket`, key: 'b/new.png', method: 'POST', fields } as const
    const done = await uploadTo({ ...target, confirmUrl: `${url}/confirm` }, file(9))
    expect(done).toEqual({ key: 'b/new.png', id: '0123456789abcdef', isNew: false })
    expect(heard.map(({ method, url }) => `${method} ${url}`)).toEqual(['POST /bucket', 'POST /confirm'])
    const names = [...(heard[0]?.body.toString('latin1') ?? '').matchAll(/ name="(\w+)"/g)]
    expect(names.map(([, name]) => name)).toEqual(['key', 'policy', 'file'])
  })

  it('goes on from the start after 503', async () => {
    const { url, heard } = await serve({ status: 503, headers: { 'retry-after': '0' } }, stored)
    const shares: number[] = []
    await uploadTo({ uploadUrl: url, key: 'b/new.png' }, file(200_000), {
      onProgress: (share) => shares.push(share),
    })
    expect(heard.map(({ body }) => body.length)).toEqual([200_000, 200_000])
    expect(shares.filter((share) => share === 1)).toHaveLength(2)
  })

  it('says what the server said', async () => {
    const { url } = await serve({ status: 413, body: { detail: 'At most 5 MB.' } })
    const refused = await uploadTo({ uploadUrl: url, key: 'a.png' }, file(9), { onProgress: () => {} }).catch(
      (error: unknown) => error,
    )
    expect(refused).toBeInstanceOf(FoveaError)
    expect(refused).toMatchObject({ status: 413, message: 'At most 5 MB.' })
  })
})

describe('a watched upload', () => {
  it('leaves the file whole', async () => {
    const { url, heard } = await serve(stored)
    const { images } = new Fovea({ apiKey: 'fov_key', url, project: 'demo' })
    const shares: number[] = []
    await images.upload(file(300_000), 'b/new.png', { onProgress: (share) => shares.push(share) })
    expectRising(shares)
    expect(heard[0]?.headers['content-type']).toBe('application/octet-stream')
    expect(heard[0]?.body).toHaveLength(300_000)
  })

  it('keeps to the fetch it was given', async () => {
    const { url } = await serve(stored)
    const asked: string[] = []
    const fetch: typeof globalThis.fetch = (target, init) => {
      asked.push(`${init?.method} ${String(target)}`)
      return globalThis.fetch(target, init)
    }
    const { images } = new Fovea({ apiKey: 'fov_key', url, project: 'demo', fetch })
    await images.upload(file(9), 'b/new.png', { onProgress: () => {} })
    expect(asked).toEqual([`POST ${url}/api/v1/images?target_path=b%2Fnew.png`])
  })

  it('ends with its caller, with the file half way', async () => {
    const { server, url, received } = await counter()
    try {
      const controller = new AbortController()
      const reason = new Error('enough')
      const onProgress = (share: number) => {
        if (share > 0 && share < 1) controller.abort(reason)
      }
      const options = { onProgress, signal: controller.signal }
      await expect(uploadTo({ uploadUrl: url, key: 'a.png' }, file(5_000_000), options)).rejects.toBe(reason)
      expect(await received).toBeLessThan(5_000_000)
    } finally {
      server.close()
    }
  })

  it('has the longer the more there is to send', async () => {
    const { url } = await serve({ stall: true })
    const { images } = new Fovea({ apiKey: 'fov_key', url, project: 'demo', timeoutMs: 50 })
    await expect(images.upload(file(6_400), 'a.png')).rejects.toThrow('did not answer within 150 ms')
  })
})

/** Counts the bytes of one request until it ends or breaks off. */
async function counter(): Promise<{ server: Server; url: string; received: Promise<number> }> {
  let bytes = 0
  const server = createServer((request) => request.on('data', (chunk: Buffer) => (bytes += chunk.length)))
  const received = new Promise<number>((resolve) => {
    server.on('connection', (socket) => socket.once('close', () => resolve(bytes)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received }
}
