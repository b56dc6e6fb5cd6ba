/** The imgix dialect over HTTP: every parameter of its table with and without, signatures, expiry and statuses. */
import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conformance } from '../packages/core/src/dialects/imgix/conformance.ts'
import { type Got, hasEffect } from './effects.ts'
import { book } from './site.ts'
import { type RunningServer, startServer } from './support.ts'

let server: RunningServer
let base: string

/** Coloured ramps with noise: something to see for every adjustment. */
async function photo(): Promise<Buffer> {
  const [width, height] = [300, 200]
  const data = Buffer.alloc(width * height * 3)
  let seed = 7
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff
      const noise = (seed >> 16) % 24
      data.set(
        [
          30 + Math.round((190 * x) / width) + noise,
          60 + Math.round((120 * y) / height) + noise,
          140 - Math.round((80 * x) / width) + noise,
        ],
        (y * width + x) * 3,
      )
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 95 })
    .toBuffer()
}

async function pictures(): Promise<Readonly<Record<string, Buffer>>> {
  const solid = (width: number, height: number, background: string) =>
    sharp({ create: { width, height, channels: 4, background } })
  const dot = await solid(60, 40, '#2060c0').png().toBuffer()
  const faded = await solid(60, 40, '#2060c080').png().toBuffer()
  const main = await photo()
  const frames = await Promise.all(['red', 'lime'].map((colour) => solid(30, 20, colour).png().toBuffer()))
  return {
    'photo.jpg': main,
    'book.pdf': book(),
    'logo.png': await solid(40, 20, '#ff00ffff')
      .composite([{ input: await solid(20, 20, '#00ff00').png().toBuffer(), left: 0, top: 0 }])
      .png()
      .toBuffer(),
    'marks/logo.png': await solid(60, 60, '#ffffff').png().toBuffer(),
    'framed.png': await solid(100, 80, '#ff0000')
      .composite([{ input: dot }])
      .removeAlpha()
      .png()
      .toBuffer(),
    'faded.png': await solid(100, 80, '#00000000')
      .composite([
        { input: faded, left: 10, top: 10 },
        { input: await solid(20, 20, '#ffffff').png().toBuffer(), left: 30, top: 25 },
      ])
      .png()
      .toBuffer(),
    'large.jpg': await sharp(main).resize(600, 500, { fit: 'fill' }).jpeg().toBuffer(),
    'wide.jpg': await sharp(main).withIccProfile('p3').jpeg().toBuffer(),
    'rights.jpg': await sharp(main)
      .withExif({ IFD0: { Artist: 'Ada', Copyright: 'Ada 2026' } })
      .toBuffer(),
    'deep.png': await sharp(main).toColourspace('rgb16').png().toBuffer(),
    'anim.gif': await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer(),
  }
}

beforeAll(async () => {
  server = await startServer()
  base = `${server.url}/imgix/${server.firstRun.project}`
  for (const [name, bytes] of Object.entries(await pictures())) {
    const response = await server.upload(bytes, name.slice(name.lastIndexOf('/') + 1), { target_path: name })
    expect(response.status).toBe(201)
  }
})
afterAll(() => server?.stop())

async function get(target: string, accept = '*/*'): Promise<Got> {
  const response = await fetch(`${base}/${target}`, { headers: { Accept: accept } })
  return {
    status: response.status,
    headers: response.headers,
    bytes: Buffer.from(await response.arrayBuffer()),
  }
}

function targetOf(example: string): string {
  return /^[\w/]+\.\w+\?/.test(example) ? example : `photo.jpg?${example}`
}

describe('every parameter of the table', () => {
  for (const row of conformance.rows) {
    if (!('example' in row) || row.effect === 'faces' || row.effect === 'cut-out') continue
    it(`${row.parameter}: ${row.example.with} (${row.effect})`, async () => {
      const [a, b] = [await get(targetOf(row.example.with)), await get(targetOf(row.example.without))]
      expect(b.status).toBe(200)
      if (row.effect !== 'status') expect(a.status, a.bytes.toString().slice(0, 300)).toBe(200)
      expect(await hasEffect(row.effect, a, b)).toBe(true)
    })
  }

  it('leaves the picture alone for what has no effect', async () => {
    const plain = await get('photo.jpg?w=60')
    const ignored = conformance.rows.filter(({ status }) => status === 'ignored')
    const query = ignored.map(({ parameter }) => `${parameter}=1`).join('&')
    const { status, bytes } = await get(`photo.jpg?w=60&${query}`)
    expect(status).toBe(200)
    expect(bytes.equals(plain.bytes)).toBe(true)
  })
})

function signed(path: string, query: string): string {
  const { signingSecret } = server.firstRun
  const text = `${signingSecret}/${path}${query === '' ? '' : `?${query}`}`
  return createHash('md5').update(text).digest('hex')
}

describe('imgix over HTTP', () => {
  it('verifies s wherever it stands, and refuses what was changed', async () => {
    const s = signed('photo.jpg', 'w=50&h=40&fit=crop')
    expect((await get(`photo.jpg?w=50&h=40&fit=crop&s=${s}`)).status).toBe(200)
    expect((await get(`photo.jpg?s=${s}&w=50&h=40&fit=crop`)).status).toBe(200)
    expect((await get(`photo.jpg?w=51&h=40&fit=crop&s=${s}`)).status).toBe(403)
    expect((await get(`photo.jpg?s=${signed('photo.jpg', '')}`)).status).toBe(200)
  })

  it('answers an expired URL with 404, signed or not', async () => {
    const query = 'w=50&expires=1000000000'
    expect((await get(`photo.jpg?${query}`)).status).toBe(404)
    expect((await get(`photo.jpg?${query}&s=${signed('photo.jpg', query)}`)).status).toBe(404)
    expect((await get('photo.jpg?w=50&expires=4000000000')).status).toBe(200)
  })

  it.each([
    ['none.jpg?w=50', 404],
    ['photo.jpg?txt64=%25%25', 400],
    ['photo.jpg?mark=%2Fphoto.jpg', 400],
    ['https%3A%2F%2Forigin.test%2Fa.jpg?w=50', 403],
    ['photo.jpg?fm=mp4', 501],
    [`photo.jpg?txt=${'a'.repeat(8_000)}`, 414],
  ])('answers %s with %i', async (target, status) => {
    expect((await get(target)).status).toBe(status)
  })

  it('answers an unknown project with 410', async () => {
    expect((await fetch(`${server.url}/imgix/nobody/photo.jpg`)).status).toBe(410)
  })

  it('negotiates with auto=format, and tells what acted', async () => {
    const { headers } = await get(
      'photo.jpg?w=60&auto=format&ixlib=js-3.8.0&sharp=x',
      'image/avif,image/webp,*/*',
    )
    expect(headers.get('content-type')).toBe('image/avif')
    expect(headers.get('vary')).toBe('Accept')
    expect(headers.get('x-imgix-params')).toBe('auto=format&w=60')
    expect((await get('photo.jpg?auto=format', 'image/webp')).headers.get('content-type')).toBe('image/webp')
    expect((await get('photo.jpg?auto=format')).headers.get('content-type')).toBe('image/jpeg')
    expect((await get('logo.png?w=20')).headers.get('content-type')).toBe('image/png')
  })

  it('describes the image as JSON and as a BlurHash', async () => {
    const { headers, bytes } = await get('photo.jpg?fm=json')
    expect(headers.get('content-type')).toBe('application/json')
    expect(JSON.parse(bytes.toString())).toMatchObject({
      PixelWidth: 300,
      PixelHeight: 200,
      ColorModel: 'RGB',
      Depth: 8,
    })
    expect(JSON.parse((await get('deep.png?fm=json')).bytes.toString())).toMatchObject({ Depth: 16 })
    expect((await get('photo.jpg?fm=blurhash')).bytes.toString()).toMatch(
      /^[\w#$%*+,\-.:;=?@[\]^_{|}~]{10,}$/,
    )
  })

  it.each([
    ['w=16384&h=64&fit=scale', 8192, 32],
    ['w=30&dpr=3', 90, 60],
    ['w=0.5', 150, 100],
    ['w=1', 300, 200],
    ['w=600&fit=max', 300, 200],
    ['w=600&h=600&fit=min', 200, 200],
    ['w=80&h=80&fit=fillmax', 80, 80],
    ['w=80&h=80&fit=clamp', 80, 80],
    ['w=80&h=80&fit=facearea', 80, 80],
    ['ar=3:1&fit=crop', 300, 100],
    ['w=100&h=80&fit=crop&pad=10', 100, 80],
  ])('%s is %i×%i', async (query, width, height) => {
    const made = await sharp((await get(`photo.jpg?${query}`)).bytes).metadata()
    expect([made.width, made.height]).toEqual([width, height])
  })
})
