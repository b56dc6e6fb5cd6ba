/** Pictures beside the source through whole runs, against the blend formulas of raster/blend.ts (tested there). */
import { defaultLimits, type OperationInput } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { randomFrom } from '../../../fixtures/random.ts'
import { execute } from './execute.ts'
import { animate, open } from './open.ts'
import { openPictures } from './pictures.ts'
import { run } from './run.ts'
import { inDisplayP3 } from './sharp/display-p3.ts'
import { sharp } from './sharp/setup.ts'
import { animation, frameSize } from './testing/animation.ts'
import { outputOf, transform, wanted } from './testing/request.ts'

const logo = { asset: 'logo.png' }
const key = '{"asset":"logo.png"}'
const size = { width: 40, height: 30 }
type Sharp = ReturnType<typeof sharp>

const noise = randomFrom(7)

type Colour = { r: number; g: number; b: number; alpha?: number }

function plain({ r, g, b, alpha }: Colour, { width, height } = size): Sharp {
  const channels = alpha === undefined ? 3 : 4
  return sharp({ create: { width, height, channels, background: { r, g, b, alpha: alpha ?? 1 } } })
}

const red = { r: 200, g: 20, b: 40 }
const base = { r: 10, g: 120, b: 250 }

/** Runs over a picture and gives pixels: the value of one channel, in the file's own depth. */
async function through(
  source: Uint8Array,
  operations: readonly OperationInput[],
  beside: Uint8Array,
): Promise<{
  /** sharp's name. */
  space: string
  at(x: number, y: number): readonly number[]
  channels: number
  isDeep: boolean
  pages: number
}> {
  const format = (await sharp(source).metadata()).pages === undefined ? 'png' : 'webp'
  const made = await transform(
    { bytes: source },
    operations,
    outputOf(format, { lossless: format === 'webp' }),
    {
      pictures: { [key]: { bytes: beside } },
    },
  )
  const opened = { ...(await open({ bytes: made.bytes }, defaultLimits)), keeps16Bit: true }
  const isDeep = opened.facts.space.endsWith('16')
  const raster = await execute([], animate({ ...opened, keeps16Bit: isDeep }))
  const { data, width, channels, pages } = raster
  const { space } = opened.facts
  return {
    space,
    at: (x, y) => [...data.subarray((y * width + x) * channels, (y * width + x + 1) * channels)],
    channels,
    isDeep,
    pages,
  }
}

const overlay = (more: object = {}): OperationInput => ({
  op: 'overlay',
  picture: logo,
  position: 'top-left',
  ...more,
})

describe('overlay', () => {
  const mark = () =>
    plain({ ...red, alpha: 0.5 }, { width: 10, height: 8 })
      .png()
      .toBuffer()
  const half = 128 / 255

  it('mixes by alpha and opacity, on its place only', async () => {
    const made = await through(
      await plain(base).png().toBuffer(),
      [overlay({ x: 3, y: 2, opacity: 0.5 })],
      await mark(),
    )
    expect(made.channels).toBe(3)
    const mixed = [base.r, base.g, base.b].map((below, at) =>
      Math.round(below + ([red.r, red.g, red.b][at] ?? 0) * half * 0.5 - below * half * 0.5),
    )
    expect(made.at(3, 2)).toEqual(mixed)
    expect(made.at(12, 9)).toEqual(mixed)
    for (const [x, y] of [
      [2, 2],
      [3, 1],
      [13, 9],
      [12, 10],
    ] as const)
      expect(made.at(x, y)).toEqual([10, 120, 250])
  })

  it('adds to the alpha of a transparent image', async () => {
    const made = await through(
      await plain({ ...base, alpha: 0 })
        .png()
        .toBuffer(),
      [overlay()],
      await mark(),
    )
    expect(made.at(0, 0)).toEqual([200, 20, 40, 128])
    expect(made.at(20, 20)[3]).toBe(0)
  })

  it('colours a grey image, and leaves it grey where the picture is', async () => {
    const grey = await plain({ r: 90, g: 90, b: 90 }).toColourspace('b-w').png().toBuffer()
    const coloured = await through(grey, [overlay()], await mark())
    expect(coloured.at(0, 0)).toEqual([200, 20, 40].map((above) => Math.round(90 + (above - 90) * half)))
    const white = await plain({ r: 255, g: 255, b: 255 }, { width: 5, height: 5 })
      .toColourspace('b-w')
      .png()
      .toBuffer()
    const made = await transform({ bytes: grey }, [{ op: 'grayscale' }, overlay()], outputOf('png'), {
      pictures: { [key]: { bytes: white } },
    })
    expect((await sharp(made.bytes).metadata()).space).toBe('b-w')
  })

  it('keeps 16 bit per channel', async () => {
    const deep = new Uint16Array(40 * 30 * 3).fill(30_001)
    const source = await sharp(deep, { raw: { ...size, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer()
    const made = await through(source, [overlay({ blend: 'multiply', opacity: 0.5 })], await mark())
    expect(made.isDeep).toBe(true)
    expect(made.at(39, 29)).toEqual([30_001, 30_001, 30_001])
    const [r = 0] = made.at(0, 0)
    expect(r).toBe(Math.round(30_001 + (30_001 * (200 / 255) - 30_001) * half * 0.5))
  })

  it('lies on every frame of an animation, the first frame of an animation on a still', async () => {
    const made = await through(
      await animation('webp'),
      [overlay({ x: 1, y: 1 })],
      await plain(red, { width: 2, height: 2 }).png().toBuffer(),
    )
    expect(made.pages).toBe(3)
    for (const page of [0, 1, 2]) {
      expect(made.at(1, page * frameSize.height + 1).slice(0, 3)).toEqual([200, 20, 40])
      expect(made.at(3, page * frameSize.height + 3).slice(0, 3)).not.toEqual([200, 20, 40])
    }
    const still = await through(await plain(base).png().toBuffer(), [overlay()], await animation('gif'))
    expect(still.pages).toBe(1)
    expect(still.at(39, 29)).toEqual([200, 0, 0])
  })

  it('turns a picture upright by its EXIF orientation', async () => {
    const left = await plain(red, { width: 4, height: 8 }).png().toBuffer()
    const lying = await plain({ r: 0, g: 0, b: 0 }, { width: 12, height: 8 })
      .composite([{ input: left, left: 0, top: 0 }])
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer()
    const made = await through(await plain(base).png().toBuffer(), [overlay()], lying)
    // A quarter turn clockwise brings the left side to the top: 8×12 with 4 red rows.
    expect(made.at(7, 3)).toEqual([200, 20, 40])
    expect(made.at(7, 4)).toEqual([0, 0, 0])
    expect(made.at(7, 11)).toEqual([0, 0, 0])
    expect(made.at(8, 0)).toEqual([10, 120, 250])
  })

  it('takes the colours of a profile to sRGB', async () => {
    const p3 = await plain({ r: 255, g: 255, b: 0 }, { width: 8, height: 8 })
      .withIccProfile('p3')
      .png()
      .toBuffer()
    const made = await through(await plain(base).png().toBuffer(), [overlay()], p3)
    expect(made.at(2, 2)[0]).toBeGreaterThan(250)
    expect(made.at(2, 2)[2]).toBeLessThan(12)
  })

  it('is in Display P3 where the image stays there', async () => {
    const source = await plain(base)
      .withIccProfile('p3')
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer()
    const beside = { [key]: { bytes: await plain(red, { width: 10, height: 10 }).png().toBuffer() } }
    const output = outputOf('png', { colorSpace: 'p3' })
    const { r, g, b } = inDisplayP3({ ...red, alpha: 1 })
    for (const operation of [overlay(), { op: 'colorOverlay', color: '#c81428' }] as const) {
      const { bytes } = await transform({ bytes: source }, [operation], output, { pictures: beside })
      const made = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer()
      for (const [at, value] of [r, g, b].entries()) {
        expect(Math.abs((made[at] ?? 0) - value)).toBeLessThanOrEqual(1)
      }
    }
  })

  it('draws an SVG at the size it is wanted', async () => {
    const svg = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"><rect width="2" height="3" fill="#c81428"/></svg>',
    )
    const made = await through(await plain(base).png().toBuffer(), [overlay({ width: '100%' })], svg)
    expect(made.at(19, 15)).toEqual([200, 20, 40])
    expect(made.at(20, 15)).toEqual([10, 120, 250])
  })

  it('fills the image with copies', async () => {
    const mark = await plain(red, { width: 4, height: 4 }).png().toBuffer()
    const made = await through(
      await plain(base).png().toBuffer(),
      [overlay({ tile: true, spacing: 2, x: 1 })],
      mark,
    )
    for (let x = 0; x < 40; x++) expect(made.at(x, 7)[0], `${x}`).toBe((x + 5) % 6 < 4 ? 200 : 10)
    for (let y = 0; y < 30; y++) expect(made.at(8, y)[0], `${y}`).toBe(y % 6 < 4 ? 200 : 10)
  })
})

describe('maskImage', () => {
  const ramp = () => {
    const data = new Uint8Array(40 * 30 * 4)
    for (let at = 0; at < data.length; at += 4)
      data.set([(at / 4) % 40 < 20 ? 0 : 255, 0, 0, at / 4 < 600 ? 255 : 51], at)
    return sharp(data, { raw: { ...size, channels: 4 } })
      .png()
      .toBuffer()
  }
  const mask = (more: object): OperationInput => ({ op: 'maskImage', picture: logo, ...more })

  it.each([
    ['alpha', false, [255, 255, 51, 51]],
    ['alpha', true, [0, 0, 204, 204]],
    ['luminance', false, [0, Math.round(255 * 0.2125), 0, Math.round(255 * 0.2125 * 0.2)]],
    ['luminance', true, [255, Math.round(255 * 0.7875), 255, Math.round(255 * (1 - 0.0425))]],
  ] as const)('keeps what the %s says (inverted: %s)', async (channel, invert, alphas) => {
    const made = await through(await plain(base).png().toBuffer(), [mask({ channel, invert })], await ramp())
    const corners = [
      [0, 0],
      [39, 0],
      [0, 29],
      [39, 29],
    ] as const
    expect(corners.map(([x, y]) => made.at(x, y)[3])).toEqual(alphas)
    expect(made.at(39, 0).slice(0, 3)).toEqual([10, 120, 250])
  })

  it('weighs the alpha that is there, on every frame', async () => {
    const half = await plain({ ...base, alpha: 0.5 })
      .png()
      .toBuffer()
    const made = await through(half, [mask({})], await ramp())
    expect(made.at(5, 5)[3]).toBe(128)
    expect(made.at(5, 25)[3]).toBe(Math.round(128 * 0.2))
    const moving = await through(await animation('webp'), [mask({})], await ramp())
    expect([0, 1, 2].map((page) => moving.at(0, page * frameSize.height + 34)[3])).toEqual([51, 51, 51])
  })
})

describe('colorOverlay', () => {
  it('lays one colour over all', async () => {
    const source = await plain({ ...base, alpha: 0.5 })
      .png()
      .toBuffer()
    const made = await through(
      source,
      [{ op: 'colorOverlay', color: '#ff0000', opacity: 0.25 }],
      await plain(red).png().toBuffer(),
    )
    const alpha = 0.25 + (128 / 255) * 0.75
    expect(made.at(7, 9)).toEqual(
      [10, 120, 250, 0].map((below, at) =>
        at === 3
          ? Math.round(alpha * 255)
          : Math.round(below + (([255, 0, 0][at] ?? 0) - below) * (0.25 / alpha)),
      ),
    )
  })

  it('runs a gradient along its angle, grey staying grey', async () => {
    const grey = await plain({ r: 90, g: 90, b: 90 }).toColourspace('b-w').png().toBuffer()
    const beside = await plain(red).png().toBuffer()
    const across = await through(
      grey,
      [{ op: 'grayscale' }, { op: 'colorOverlay', color: 'black', to: 'white', angle: 90 }],
      beside,
    )
    expect(across.space).toBe('b-w')
    for (const x of [0, 7, 39])
      expect(across.at(x, 3).slice(0, 1)).toEqual([Math.round(((x + 0.5) / 40) * 255)])
    const down = await through(
      grey,
      [{ op: 'grayscale' }, { op: 'colorOverlay', color: '#0000', to: '#000f' }],
      beside,
    )
    for (const y of [0, 15, 29]) {
      expect(down.at(9, y)[0]).toBeCloseTo(90 * (1 - (y + 0.5) / 30), -0.3)
    }
    // The line of a slanted gradient ends in the corners.
    const corner = await through(
      grey,
      [{ op: 'grayscale' }, { op: 'colorOverlay', color: 'black', to: 'white', angle: 135 }],
      beside,
    )
    expect(corner.at(0, 0)[0]).toBeLessThan(5)
    expect(corner.at(39, 29)[0]).toBeGreaterThan(250)
  })
})

describe('a run with pictures', () => {
  it('makes the same bytes for an output alone and in company', async () => {
    const source = { bytes: await plain(base, { width: 400, height: 300 }).jpeg().toBuffer() }
    const pictures = {
      [key]: {
        bytes: await plain({ ...red, alpha: 0.4 })
          .png()
          .toBuffer(),
      },
    }
    const outputs = [
      wanted([{ op: 'resize', width: 200 }, overlay()], outputOf('png')),
      wanted([overlay({ width: '50%' })], outputOf('jpeg', { quality: 80 })),
      wanted([overlay({ width: '50%' })], outputOf('png')),
    ]
    const request = {
      kind: 'run',
      source,
      pictures,
      decode: { orient: true },
      limits: defaultLimits,
    } as const
    const together = (await run({ ...request, outputs })).outputs
    for (const [index, output] of outputs.entries()) {
      const [alone] = (await run({ ...request, outputs: [output] })).outputs
      expect(Buffer.from(alone?.bytes ?? []).equals(together[index]?.bytes ?? new Uint8Array())).toBe(true)
    }
  })

  it('makes a layer once', async () => {
    const bytes = await plain(red).png().toBuffer()
    const pictures = await openPictures({ [key]: { bytes } }, defaultLimits)
    const raster = await execute([], await open({ bytes }, defaultLimits))
    const how = { left: 0, top: 0, blend: 'normal', opacity: 1 } as const
    const step = { step: 'composite', picture: key, layer: [], ...how } as const
    const made = pictures?.layer(step, raster)
    expect(made).toBeInstanceOf(Promise)
    expect(pictures?.layer({ ...step, left: 9, blend: 'hue' }, raster)).toBe(made)
  })

  /** Half of a PNG that cannot be compressed. */
  async function halfPng(): Promise<Uint8Array> {
    const data = new Uint8Array(30_000).map(() => noise() * 256)
    const png = await sharp(data, { raw: { width: 100, height: 100, channels: 3 } })
      .png()
      .toBuffer()
    return png.subarray(0, png.length / 2)
  }

  it.each([
    ['that is no image', async () => Buffer.from('hello'), 'source/unsupported'],
    [
      'with too many pixels',
      () => plain(red, { width: 200, height: 200 }).png().toBuffer(),
      'source/too-many-pixels',
    ],
    ['that is cut off', halfPng, 'source/undecodable'],
  ])('names a picture %s', async (_, bytes, code) => {
    const source = { bytes: await plain(base).png().toBuffer() }
    const failure = transform(source, [overlay()], outputOf('png'), {
      pictures: { [key]: { bytes: await bytes() } },
      limits: { ...defaultLimits, maxPixels: 20_000 },
    })
    await expect(failure).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/^The picture \{"asset":"logo.png"\}: /),
      members: { picture: key },
    })
  })
})
