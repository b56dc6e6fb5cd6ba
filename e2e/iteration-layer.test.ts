/**
 * Iteration Layer's contract over HTTP: each operation acts, the recorded requests of its client are answered, and
 * whatever goes wrong is JSON with `success: false` and a text.
 */
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { itWithShared, sharedDir } from '../fixtures/shared.ts'
import { conformance } from '../packages/core/src/dialects/iteration-layer/conformance.ts'
import { type Got, hasEffect } from './effects.ts'
import { generatePng, type RunningServer, startServer } from './support.ts'

const path = '/image-transformation/v1/transform'

let server: RunningServer
let picture: Buffer
let remote: { readonly url: string; readonly seen: IncomingMessage[]; close(): void }

beforeAll(async () => {
  picture = await sharp(await generatePng({ width: 300, height: 160 }))
    .modulate({ brightness: 0.7 })
    .extend({ top: 12, bottom: 12, left: 12, right: 12, background: '#102030' })
    .png()
    .toBuffer()
  remote = await startRemote()
  server = await startServer({ env: { FOVEA_EGRESS_ALLOW: `127.0.0.1:${new URL(remote.url).port}` } })
})
afterAll(async () => {
  remote?.close()
  await server?.stop()
})

/** `/a.png` is the picture, anything else is not there. */
async function startRemote() {
  const seen: IncomingMessage[] = []
  const listener = createServer((request, response) => {
    seen.push(request)
    if (request.url !== '/a.png') response.writeHead(404).end()
    else response.writeHead(200, { 'content-type': 'image/png' }).end(picture)
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const { port } = listener.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, seen, close: () => void listener.close() }
}

function post(body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return server.api(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-iterationlayer-integration': 'sdk-node', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

const inline = (bytes: Buffer = picture) => ({
  type: 'base64',
  name: 'a.png',
  base64: bytes.toString('base64'),
})

/** What the vendor's client makes of an answer. */
async function client(response: Response): Promise<{ buffer: Buffer; mime_type: string }> {
  const json = (await response.json()) as {
    success: boolean
    error?: unknown
    data: { buffer: string; mime_type: string }
  }
  if (!json.success) {
    expect(typeof json.error).toBe('string')
    throw new Error(`Iteration Layer API error (${response.status}): ${json.error}`)
  }
  return { ...json.data, buffer: Buffer.from(json.data.buffer, 'base64') }
}

async function transform(operations: unknown, bytes?: Buffer) {
  return client(await post({ file: inline(bytes), operations }))
}

async function got(operations: string): Promise<Got> {
  const response = await post({ file: inline(), operations: JSON.parse(operations) })
  const { status, headers } = response
  if (!response.ok) return { status, headers, bytes: Buffer.from(await response.arrayBuffer()) }
  const { buffer, mime_type } = await client(response)
  return { status, headers: new Headers({ 'content-type': mime_type }), bytes: buffer }
}

describe('the table of conformance', () => {
  const acting = conformance.rows.filter((row) => 'example' in row)
  it.each(acting.map((row) => [row.parameter, row] as const))('%s', async (_, { example, effect }) => {
    expect(await hasEffect(effect, await got(example.with), await got(example.without))).toBe(true)
  })
})

describe('the recorded requests of the vendor’s client', () => {
  const { steps } = JSON.parse(
    sharedDir === undefined
      ? '{"steps":{}}'
      : readFileSync(`${sharedDir}/contracts/vectors/sdk-record.json`, 'utf8'),
  ) as { steps: Readonly<Record<string, { sent: readonly { url: string; body: string }[] }>> }
  /** As it was sent, with a picture that there is. */
  const recorded = (name: string) => {
    const [sent] = steps[`il.${name}`]?.sent ?? []
    const body = JSON.parse(sent?.body ?? '{}') as { file: object }
    const there = 'base64' in body.file ? inline() : { url: `${remote.url}/a.png` }
    return { url: sent?.url ?? '', body: { ...body, file: { ...body.file, ...there } } }
  }

  itWithShared('with base64 is answered', async () => {
    const { url, body } = recorded('ok_base64')
    expect(url).toBe(path)
    const { buffer, mime_type } = await client(await post(body))
    const { width, height } = await sharp(buffer).metadata()
    expect([mime_type, width, height]).toEqual(['image/webp', 8, 6])
  })

  itWithShared('with an address is answered', async () => {
    const { mime_type } = await client(await post(recorded('ok_url').body))
    expect(mime_type).toBe('image/png')
  })

  itWithShared('prints one line for an error', async () => {
    const { body } = recorded('err_string')
    await expect(client(await post({ ...body, operations: [{ type: 'no' }] }))).rejects.toThrow(
      /^Iteration Layer API error \(400\): Operation 0: "no" is no type/,
    )
  })
})

describe('operations', () => {
  it('run in the order given', async () => {
    const crop = { type: 'crop', left_in_px: 0, top_in_px: 0, width_in_px: 100, height_in_px: 40 }
    const turn = { type: 'rotate', angle_in_degrees: 90 }
    const sizeOf = async (operations: unknown) => {
      const { width, height } = await sharp((await transform(operations)).buffer).metadata()
      return `${width}x${height}`
    }
    expect(await sizeOf([crop, turn])).toBe('40x100')
    expect(await sizeOf([turn, crop])).toBe('100x40')
  })

  it('pad with black, at exactly the size', async () => {
    const { buffer } = await transform([
      { type: 'resize', width_in_px: 60, height_in_px: 60, fit: 'contain' },
    ])
    const { data, info } = await sharp(buffer).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    expect([info.width, info.height, ...data.subarray(0, 3)]).toEqual([60, 60, 0, 0, 0])
  })

  it('lose transparency at the convert that has none, and keep it behind one that has', async () => {
    const clear = { type: 'opacity', opacity_in_percent: 50 }
    const [to, back] = [
      { type: 'convert', format: 'jpeg' },
      { type: 'convert', format: 'png' },
    ]
    const alphaOf = async (operations: unknown) => {
      const image = sharp((await transform(operations)).buffer)
      return (await image.metadata()).hasAlpha ? (await image.stats()).isOpaque : true
    }
    expect(await alphaOf([clear, to, back])).toBe(true)
    expect(await alphaOf([to, back, clear])).toBe(false)
  })

  it('fit a budget wherever it stands, PNG by its dimensions alone', async () => {
    for (const format of ['jpeg', 'png']) {
      const { buffer, mime_type } = await transform([
        { type: 'compress_to_size', max_file_size_in_bytes: 2500 },
        { type: 'convert', format },
      ])
      expect(mime_type).toBe(`image/${format}`)
      expect(buffer.length).toBeLessThanOrEqual(2500)
    }
  })

  it('keep the format of the source, motion too', async () => {
    const frames = await Promise.all(
      ['red', 'lime'].map((background) =>
        sharp({ create: { width: 20, height: 20, channels: 3, background } })
          .png()
          .toBuffer(),
      ),
    )
    const moving = await sharp(frames, { join: { animated: true } })
      .gif({ delay: [90, 90] })
      .toBuffer()
    const { buffer, mime_type } = await transform([{ type: 'flip' }], moving)
    expect(mime_type).toBe('image/gif')
    expect((await sharp(buffer, { animated: true }).metadata()).pages).toBe(2)
  })

  it('fail all together, naming the first that failed', async () => {
    const crop = { type: 'crop', left_in_px: 290, top_in_px: 0, width_in_px: 100, height_in_px: 40 }
    const operations = [
      { type: 'compress_to_size', max_file_size_in_bytes: 9000 },
      { type: 'trim', threshold: 5 },
      crop,
    ]
    const response = await post({ file: inline(), operations })
    expect(response.status).toBe(422)
    await expect(client(response)).rejects.toThrow('Iteration Layer API error (422): Operation 2 (crop): ')
  })
})

describe('files', () => {
  it('of many megabytes pass through', async () => {
    const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
    const blank = { width: 2400, height: 1600, channels: 3, background: 'grey', noise } as const
    const large = await sharp({ create: blank }).png({ compressionLevel: 0 }).toBuffer()
    expect(large.length).toBeGreaterThan(11_000_000)
    const { buffer } = await transform([{ type: 'flop' }], large)
    const size = await sharp(buffer).metadata()
    expect([size.width, size.height]).toEqual([2400, 1600])
  })

  it('are fetched with what fetch_options say, http only where the operator allows it', async () => {
    const fetch_options = {
      headers: { 'X-Tag': 'a' },
      auth: { type: 'bearer', token: 't' },
      timeout_ms: 5000,
    }
    const file = { type: 'url', url: `${remote.url}/a.png`, fetch_options }
    const { mime_type } = await client(await post({ file, operations: [{ type: 'grayscale' }] }))
    expect(mime_type).toBe('image/png')
    expect(remote.seen.at(-1)?.headers).toMatchObject({ 'x-tag': 'a', authorization: 'Bearer t' })
    expect(remote.seen.at(-1)?.headers).not.toHaveProperty('x-iterationlayer-integration')
  })

  it.each([
    ['http://example.com/a.png', 400],
    ['https://127.0.0.1/a.png', 400],
    ['https://169.254.169.254/latest', 400],
    ['ftp://example.com/a', 400],
    ['nonsense', 400],
  ])('%s is refused with %i', async (url, status) => {
    const response = await post({ file: { url }, operations: [{ type: 'flip' }] })
    expect(response.status).toBe(status)
    await expect(client(response)).rejects.toThrow('Iteration Layer API error')
  })

  it('that are not there or no picture are 422', async () => {
    for (const file of [{ url: `${remote.url}/b.png` }, inline(Buffer.from('no picture at all'))]) {
      const response = await post({ file, operations: [{ type: 'flip' }] })
      expect(response.status).toBe(422)
      await expect(client(response)).rejects.toThrow('Iteration Layer API error (422): ')
    }
  })
})

describe('answers', () => {
  it('say what a model would have done better', async () => {
    const enlarge = [{ type: 'upscale', factor: 2 }]
    const response = await post({ file: inline(), operations: enlarge })
    expect([response.status, response.headers.get('x-fovea-degraded')]).toEqual([200, 'upscale'])
    expect((await client(response)).mime_type).toMatch(/^image\//)
  })

  it('always are JSON with success and a text', async () => {
    const huge = `{"file":{"type":"base64","base64":"${'A'.repeat(61 * 1024 * 1024)}"}}`
    for (const [response, status] of [
      [await post('nonsense'), 400],
      [await post(''), 400],
      // No model is on this server.
      [await post({ file: inline(), operations: [{ type: 'remove_background' }] }), 501],
      [
        await post({ file: inline(), operations: [{ type: 'flip' }] }, { authorization: 'Bearer il_wrong' }),
        401,
      ],
      [await server.api(path, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'a' }), 415],
      [await server.api(path), 404],
      [await server.api('/image-generation/v1/generate', { method: 'POST' }), 404],
      [await server.api('/v1/nothing'), 404],
      [await server.api('/v1/%zz'), 400],
      [await post(huge), 413],
    ] as const) {
      expect(response.status).toBe(status)
      expect(response.headers.get('content-type')).toContain('application/json')
      expect(response.headers.get('x-ratelimit-limit')).toMatch(/^\d+$/)
      expect(response.headers.get('x-ratelimit-reset')).toMatch(/^\d+$/)
      expect(await response.json()).toMatchObject({ success: false, error: expect.any(String) })
    }
  })

  it('prove a key', async () => {
    const response = await server.api('/v1/me')
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      success: true,
      data: { project: { slug: server.firstRun.project } },
    })
  })
})
