/**
 * The checks of the IIIF validator for Image API 3.0, level 2 and what lies beyond it, against a real server.
 *
 * The picture is a grid of 10 × 10 squares of 100 px, each of one colour, so that any part of an answer tells which
 * part of the picture it shows.
 */
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conformance } from '../packages/core/src/dialects/iiif/conformance.ts'
import { type RunningServer, startServer } from './support.ts'

const identifier = '67352ccc-d1b0-11e1-89ae-279075081939'
const squares = 10
const side = 100

let server: RunningServer
let mount: string
let image: string

type Colour = readonly [number, number, number]

/** Colour of the square in a column and a row: all of them differ by at least 20 in a channel. */
function colourOf(column: number, row: number): Colour {
  return [20 + column * 22, 20 + row * 22, (column + row) % 2 === 0 ? 40 : 210]
}

function grid(): Promise<Buffer> {
  const size = squares * side
  const pixels = Buffer.allocUnsafe(size * size * 3)
  for (let y = 0, at = 0; y < size; y++) {
    for (let x = 0; x < size; x++, at += 3) {
      pixels.set(colourOf(Math.floor(x / side), Math.floor(y / side)), at)
    }
  }
  return sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
    .png()
    .toBuffer()
}

interface Picture {
  readonly width: number
  readonly height: number
  readonly format: string
  at(x: number, y: number): readonly number[]
}

async function get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${mount}/${path}`, { headers, redirect: 'manual' })
}

async function picture(path: string): Promise<Picture> {
  const response = await get(`${identifier}/${path}`)
  const bytes = Buffer.from(await response.arrayBuffer())
  expect(response.status, bytes.toString('utf8', 0, 300)).toBe(200)
  const { format } = await sharp(bytes).metadata()
  const { data, info } = await sharp(bytes)
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return {
    width: info.width,
    height: info.height,
    format,
    at: (x, y) => [...data.subarray((y * info.width + x) * 4, (y * info.width + x) * 4 + 4)],
  }
}

/** JPEG moves a channel by a few; another square differs by 22 or more. */
function expectColour(actual: readonly number[], expected: Colour): void {
  for (const [channel, value] of expected.entries()) {
    expect(Math.abs((actual[channel] ?? 0) - value), `${actual} is not ${expected}`).toBeLessThan(9)
  }
}

const status = async (path: string) => (await get(path)).status

beforeAll(async () => {
  server = await startServer()
  mount = `${server.url}/iiif/3/${server.firstRun.project}`
  image = `${mount}/${identifier}`
  const response = await server.upload(await grid(), `${identifier}.png`, {
    target_path: `${identifier}.png`,
  })
  expect(response.status).toBe(201)
  const sideways = await sharp({ create: { width: 60, height: 40, channels: 3, background: 'red' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer()
  await server.upload(sideways, 'up.jpg', { target_path: 'some/dir/up.jpg' })
})
afterAll(() => server?.stop())

describe('info', () => {
  it('info_json', async () => {
    const response = await get(`${identifier}/info.json`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('vary')).toContain('Accept')
    expect(response.headers.get('link')).toContain('rel="http://www.w3.org/ns/json-ld#context"')
    expect(await response.json()).toMatchObject({
      '@context': 'http://iiif.io/api/image/3/context.json',
      id: image,
      type: 'ImageService3',
      protocol: 'http://iiif.io/api/image',
      profile: 'level2',
      width: 1000,
      height: 1000,
    })
  })

  it('jsonld', async () => {
    const plain = await get(`${identifier}/info.json`)
    const linked = await get(`${identifier}/info.json`, { accept: 'application/ld+json' })
    expect(linked.headers.get('content-type')).toBe(
      'application/ld+json;profile="http://iiif.io/api/image/3/context.json"',
    )
    expect(linked.headers.get('etag')).not.toBe(plain.headers.get('etag'))
    const again = await get(`${identifier}/info.json`, { 'if-none-match': plain.headers.get('etag') ?? '' })
    expect(again.status).toBe(304)
  })

  it('cors', async () => {
    for (const path of ['info.json', 'full/10,/0/default.jpg', 'full/full/0/default.jpg']) {
      const response = await get(`${identifier}/${path}`)
      expect(response.headers.get('access-control-allow-origin')).toBe('*')
    }
  })

  it('baseurl_redirect', async () => {
    const response = await get(identifier)
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe(`${image}/info.json`)
  })

  it('serves every size and the tiles it names', async () => {
    const info = (await (await get(`${identifier}/info.json`)).json()) as {
      sizes: readonly { width: number; height: number }[]
      tiles: readonly { width: number; height: number; scaleFactors: readonly number[] }[]
    }
    for (const { width, height } of info.sizes) {
      const answer = await picture(`full/${width},${height}/0/default.jpg`)
      expect([answer.width, answer.height]).toEqual([width, height])
    }
    for (const { width: tile, scaleFactors } of info.tiles) {
      for (const factor of scaleFactors) {
        const step = tile * factor
        const last = Math.floor(999 / step) * step
        const rest = 1000 - last
        const sized = Math.ceil(rest / factor)
        const answer = await picture(`${last},${last},${rest},${rest}/${sized},${sized}/0/default.jpg`)
        expect([answer.width, answer.height]).toEqual([sized, sized])
      }
    }
  })

  it('describes the upright picture', async () => {
    const info = await (await get('some%2Fdir%2Fup.jpg/info.json')).json()
    expect(info).toMatchObject({ width: 40, height: 60, id: `${mount}/some%2Fdir%2Fup.jpg` })
  })
})

describe('identifiers', () => {
  it('id_basic, id_squares', async () => {
    for (const [column, row] of [
      [0, 0],
      [3, 7],
      [9, 9],
    ] as const) {
      const answer = await picture(`${column * side},${row * side},${side},${side}/max/0/default.jpg`)
      expectColour(answer.at(50, 50), colourOf(column, row))
    }
  })

  it('id_escaped', async () => {
    expect(await status(`${identifier.replaceAll('-', '%2D')}/info.json`)).toBe(200)
    expect(await status('some%2Fdir%2Fup.jpg/full/max/0/default.jpg')).toBe(200)
  })

  it.each([
    ['id_error_random', 'f4c3b5a0-0000-4000-8000-0123456789ab/info.json', [404]],
    ['id_error_unescaped', '[frob]/info.json', [400, 404]],
    ['id_error_escapedslash', `a%2F${identifier}/info.json`, [404]],
    ['an unescaped slash', 'some/dir/up.jpg/full/max/0/default.jpg', [404]],
    ['an unescaped slash before the description', 'some/dir/up.jpg/info.json', [404]],
  ] as const)('%s', async (_, path, expected) => {
    expect(expected).toContain(await status(path))
  })
})

describe('regions', () => {
  it('region_pixels', async () => {
    const answer = await picture('210,320,80,60/max/0/default.jpg')
    expect([answer.width, answer.height]).toEqual([80, 60])
    expectColour(answer.at(40, 30), colourOf(2, 3))
  })

  it('region_percent', async () => {
    const answer = await picture('pct:40,60,10,20/max/0/default.jpg')
    expect([answer.width, answer.height]).toEqual([100, 200])
    expectColour(answer.at(50, 50), colourOf(4, 6))
    expectColour(answer.at(50, 150), colourOf(4, 7))
  })

  it('region_square', async () => {
    const answer = await picture('square/max/0/default.jpg')
    expect([answer.width, answer.height]).toEqual([1000, 1000])
  })

  it('is clipped to the image', async () => {
    const answer = await picture('950,900,500,500/max/0/default.jpg')
    expect([answer.width, answer.height]).toEqual([50, 100])
    expectColour(answer.at(25, 50), colourOf(9, 9))
  })

  it.each(['1', 'frob', '0,0,0,5', '1000,0,5,5', '0,5000,5,5', 'pct:0,0,0,0', 'pct:100,0,5,5', '-1,0,5,5'])(
    'region_error_random %s',
    async (region) => {
      expect(await status(`${identifier}/${region}/max/0/default.jpg`)).toBe(400)
    },
  )
})

describe('sizes', () => {
  it.each([
    ['size_wc', '300,', 300, 300],
    ['size_ch', ',250', 250, 250],
    ['size_wh', '400,200', 400, 200],
    ['size_bwh', '!300,500', 300, 300],
    ['size_percent', 'pct:33.3', 333, 333],
    ['max', 'max', 1000, 1000],
    ['size_up w,', '^1200,', 1200, 1200],
    ['size_up ,h', '^,1100', 1100, 1100],
    ['size_up w,h', '^1100,200', 1100, 200],
    ['size_up !w,h', '%5E!1500,1200', 1200, 1200],
    ['size_up pct', '^pct:120', 1200, 1200],
    ['size_up ^max', '^max', 1000, 1000],
  ])('%s', async (_, size, width, height) => {
    const answer = await picture(`full/${size}/0/default.jpg`)
    expect([answer.width, answer.height]).toEqual([width, height])
    for (const [column, row] of [
      [1, 2],
      [8, 5],
    ] as const) {
      const at = (index: number, length: number) => Math.floor(((index + 0.5) * length) / squares)
      expectColour(answer.at(at(column, width), at(row, height)), colourOf(column, row))
    }
  })

  it('size_region', async () => {
    const answer = await picture('100,300,100,100/40,/0/default.jpg')
    expect([answer.width, answer.height]).toEqual([40, 40])
    expectColour(answer.at(20, 20), colourOf(1, 3))
  })

  it.each([
    ['size_nofull', 'full'],
    ['size_noup', '1001,'],
    ['size_noup', ',1001'],
    ['size_noup', '1001,1000'],
    ['size_noup', '500,1001'],
    ['size_noup', '!2000,2000'],
    ['size_noup', 'pct:101'],
    ['size_error_random', 'frob'],
    ['size_error_random', '0,'],
    ['size_error_random', ','],
    ['beyond the limits', '^20000,20000'],
  ])('%s %s', async (_, size) => {
    expect(await status(`${identifier}/full/${size}/0/default.jpg`)).toBe(400)
  })

  it('does not enlarge a region either', async () => {
    expect(await status(`${identifier}/0,0,100,100/101,/0/default.jpg`)).toBe(400)
  })
})

describe('rotations', () => {
  it.each([
    ['rot_full_basic', '90', [0, 9]],
    ['rot_full_basic', '180', [9, 9]],
    ['rot_full_basic', '270', [9, 0]],
    ['rot_full_basic', '360', [0, 0]],
    ['rot_mirror', '!0', [9, 0]],
    ['rot_mirror_180', '!180', [0, 9]],
    ['rot_mirror, then turned', '!90', [9, 9]],
  ] as const)('%s %s', async (_, rotation, [column, row]) => {
    const answer = await picture(`full/max/${rotation}/default.jpg`)
    expectColour(answer.at(50, 50), colourOf(column, row))
  })

  it('rot_region_basic', async () => {
    const answer = await picture('100,200,200,100/max/90/default.jpg')
    expect([answer.width, answer.height]).toEqual([100, 200])
    expectColour(answer.at(50, 50), colourOf(1, 2))
    expectColour(answer.at(50, 150), colourOf(2, 2))
  })

  it('rot_full_non90', async () => {
    const inPng = await picture('0,0,100,100/max/45/default.png')
    expect(inPng.width).toBeGreaterThan(139)
    expect(inPng.at(1, 1)[3]).toBe(0)
    expectColour(inPng.at(71, 71), colourOf(0, 0))
    const inJpeg = await picture('0,0,100,100/max/22.5/default.jpg')
    expectColour(inJpeg.at(1, 1), [255, 255, 255])
  })

  it.each(['frob', '-1', '361', '!', '90a'])('rot_error_random %s', async (rotation) => {
    expect(await status(`${identifier}/full/max/${rotation}/default.jpg`)).toBe(400)
  })
})

describe('qualities', () => {
  it('quality_color', async () => {
    expectColour((await picture('full/max/0/color.jpg')).at(750, 250), colourOf(7, 2))
  })

  it('quality_grey', async () => {
    const answer = await picture('full/max/0/gray.jpg')
    const [dark = 0, , ,] = answer.at(50, 50)
    const [bright = 0] = answer.at(950, 950)
    for (const x of [50, 350, 950]) {
      const [red, green, blue] = answer.at(x, 50)
      expect([green, blue]).toEqual([red, red])
    }
    expect(bright).toBeGreaterThan(dark + 100)
  })

  it('quality_bitonal', async () => {
    const answer = await picture('full/max/0/bitonal.png')
    const seen = new Set<string>()
    for (let y = 5; y < 1000; y += 10)
      for (let x = 5; x < 1000; x += 10) seen.add(answer.at(x, y).slice(0, 3).join())
    expect([...seen].sort()).toEqual(['0,0,0', '255,255,255'])
  })

  it.each(['frob', 'native', 'grey'])('quality_error_random %s', async (quality) => {
    expect(await status(`${identifier}/full/max/0/${quality}.jpg`)).toBe(400)
  })
})

describe('formats', () => {
  it.each([
    ['jpg', 'image/jpeg'],
    ['png', 'image/png'],
    ['webp', 'image/webp'],
    ['gif', 'image/gif'],
    ['tif', 'image/tiff'],
    ['jp2', 'image/jp2'],
  ])('format_%s', async (extension, type) => {
    const response = await get(`${identifier}/full/50,/0/default.${extension}`)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type])
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(100)
  })

  it('refuses what it cannot write, and what is no format', async () => {
    expect(await status(`${identifier}/full/50,/0/default.pdf`)).toBe(501)
    for (const extension of ['frob', 'jpeg', 'JPG', '']) {
      expect(await status(`${identifier}/full/50,/0/default.${extension}`)).toBe(400)
    }
  })
})

describe('links', () => {
  it('linkheader_profile, linkheader_canonical', async () => {
    const first = await get(`${identifier}/pct:0,0,50,50/pct:50/0/color.jpg`)
    const header = first.headers.get('link') ?? ''
    expect(header).toContain('<http://iiif.io/api/image/3/level2.json>;rel="profile"')
    const canonical = /<([^>]*)>;rel="canonical"/.exec(header)?.[1] ?? ''
    expect(canonical).toMatch(/\/0,0,500,500\/250,250\/0\/default\.jpg$/)
    const second = await fetch(new URL(canonical, first.url))
    expect(second.headers.get('link')).toBe(header)
    expect(Buffer.from(await second.arrayBuffer())).toEqual(Buffer.from(await first.arrayBuffer()))
  })
})

describe('the table of conformance', () => {
  /** What of an answer the effect of a row is about. */
  async function seen(path: string, effect: string): Promise<unknown> {
    const response = await get(`${identifier}/${path}`)
    const bytes = Buffer.from(await response.arrayBuffer())
    expect(response.status, path).toBe(200)
    if (effect === 'type') return response.headers.get('content-type')
    const { data, info } = await sharp(bytes)
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true })
    if (effect === 'size') return `${info.width}x${info.height}`
    return effect === 'colourful' ? isColourful(data, info.channels) : data.toString('base64')
  }

  const acting = conformance.rows.filter((row) => 'example' in row)
  it.each(acting.map((row) => [row.parameter, row] as const))('%s', async (_, { example, effect }) => {
    expect(await seen(example.with, effect)).not.toBe(await seen(example.without, effect))
  })
})

function isColourful(data: Uint8Array, channels: number): boolean {
  for (let at = 0; at < data.length; at += channels * 97) {
    if (channels >= 3 && Math.abs((data[at] ?? 0) - (data[at + 2] ?? 0)) > 9) return true
  }
  return false
}
