/** What can be told about a picture, over HTTP: every kind on URLs, in signed pipelines and in the API. */
import { createHmac } from 'node:crypto'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from './support.ts'

let server: RunningServer
let id: string

/** A quarter red, the rest blue, taken at 50° N 8° E by Ada. */
async function photo(): Promise<Uint8Array> {
  const place = {
    GPSLatitudeRef: 'N',
    GPSLatitude: '50/1 0/1 0/1',
    GPSLongitudeRef: 'E',
    GPSLongitude: '8/1 0/1 0/1',
  }
  const blue = { create: { width: 300, height: 200, channels: 3 as const, background: '#1030b0' } }
  return sharp({ create: { width: 400, height: 200, channels: 3, background: '#d01020' } })
    .composite([{ input: blue, left: 100, top: 0 }])
    .withExif({ IFD0: { Artist: 'Ada' }, IFD3: place })
    .png()
    .toBuffer()
}

beforeAll(async () => {
  server = await startServer()
  const response = await server.upload(await photo(), 'two.png', { target_path: 'e2e/two.png' })
  expect(response.status).toBe(201)
  ;({ id } = (await response.json()) as { id: string })
})
afterAll(() => server?.stop())

async function told(url: string): Promise<{ type: string; text: string; cache: string | null }> {
  const response = await fetch(`${server.url}${url}`)
  const text = await response.text()
  expect(response.status, text.slice(0, 300)).toBe(200)
  const { headers } = response
  return { type: headers.get('content-type') ?? '', text, cache: headers.get('x-fovea-cache') }
}

const onUrl = (query: string) => told(`/i/${server.firstRun.project}/e2e/two.webp?${query}`)

function signed(output: unknown) {
  const payload = Buffer.from(JSON.stringify({ key: 'e2e/two.png', output })).toString('base64url')
  const signature = createHmac('sha256', server.firstRun.signingSecret).update(payload).digest('hex')
  return told(`/t/${server.firstRun.project}/${payload}?sig=${signature}`)
}

describe('a URL', () => {
  it('tells the palette of the picture it describes, once made and then kept', async () => {
    const whole = await onUrl('as=palette&colors=2')
    expect(whole.type).toBe('application/json; charset=utf-8')
    const colors = JSON.parse(whole.text).colors.map(({ hex }: { hex: string }) => hex)
    expect([colors, whole.cache]).toEqual([['#1030b0', '#d01020'], 'miss'])
    expect((await onUrl('colors=2&as=palette')).cache).toBe('hit')
    const right = JSON.parse((await onUrl('w=100&h=200&crop=right&as=palette&colors=2')).text)
    expect(right.colors.map(({ hex }: { hex: string }) => hex)).toEqual(['#1030b0'])
  })

  it('tells CSS, placeholders and facts, each called what it is', async () => {
    const css = await onUrl('as=css&colors=1&prefix=hero')
    expect(css.type).toBe('text/css; charset=utf-8')
    expect(css.text.split('\n')[0]).toMatch(/^\.hero-fg-1\{color:#[0-9a-f]{6}\}$/)
    for (const [as, shape] of [
      ['blurhash', /^L[0-9A-Za-z#$%*+,\-.:;=?@[\]^_{|}~]{27}$/],
      ['thumbhash', /^[A-Za-z0-9+/]+=*$/],
      ['lqip', /^data:image\/(?:webp|jpeg|avif);base64,/],
    ] as const) {
      const { type, text } = await onUrl(`as=${as}`)
      expect(type).toBe('text/plain; charset=utf-8')
      expect(text).toMatch(shape)
      expect(text.length).toBeLessThanOrEqual(1_024)
    }
    const { type, text } = await onUrl('as=json&w=50')
    expect(type).toBe('application/json; charset=utf-8')
    expect(JSON.parse(text)).toMatchObject({ width: 50, height: 25, dominantColor: '#1030b0' })
    expect(text).not.toMatch(/Ada|latitude/)
  })

  it('refuses what it does not know with 400', async () => {
    const response = await fetch(`${server.url}/i/${server.firstRun.project}/e2e/two.webp?as=colours`)
    expect(response.status).toBe(400)
  })
})

describe('a signed pipeline', () => {
  it('tells EXIF, and the place only when all is asked for', async () => {
    const { details } = JSON.parse((await signed({ format: 'json' })).text)
    expect(details).toEqual({ artist: 'Ada' })
    const all = JSON.parse((await signed({ format: 'json', details: 'all' })).text).details
    expect(all.location).toEqual({ latitude: 50, longitude: 8 })
  })

  it('makes placeholders', async () => {
    expect((await signed({ format: 'blurhash', components: { x: 1, y: 1 } })).text).toHaveLength(6)
  })
})

describe('the API', () => {
  it('tells facts and fills the dominant colour, and none of this is a transform', async () => {
    const of = async (path: string) => {
      const response = await server.api(path)
      const body = await response.json()
      expect(response.status, JSON.stringify(body)).toBe(200)
      return body
    }
    const facts = await of(`/api/v1/images/${id}/facts`)
    expect(facts).toMatchObject({
      id,
      width: 400,
      height: 200,
      dominantColor: '#1030b0',
      isTransparent: false,
    })
    expect(facts.details).toEqual({ artist: 'Ada' })
    expect((await of(`/api/v1/images/${id}`)).metadata.dominant_color).toBe('1030b0')
    const all = await of(`/api/v1/images/${id}/facts?details=all`)
    expect(all.details.location).toEqual({ latitude: 50, longitude: 8 })
    expect((await of('/api/v1/usage')).current_period.transformations).toBe(0)
  })
})
