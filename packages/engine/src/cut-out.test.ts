/**
 * Cutting out a subject whose every pixel is known: a disc of one colour, its edge mixed with the background by how
 * much of a pixel it covers. What a model finds is tested on photos.
 */
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultLimits, type OperationInput, Problem, parsePipeline } from '@fovea/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { itWithShared, sharedDir } from '../../../fixtures/shared.ts'
import type { EngineSource, Matte } from './pool/protocol.ts'
import { run } from './run.ts'
import { sharp } from './sharp/setup.ts'
import { outputOf, wanted } from './testing/request.ts'
import { pixelAt, pixelsOf, type Sample } from './testing/samples.ts'

const size = { width: 240, height: 160 }
const disc = { x: 150, y: 70, radius: 45 }
const subject = [0.9, 0.7, 0.2] as const
const background = [0.1, 0.25, 0.6] as const
const cut = { op: 'removeBackground' } as const

/** How much of a pixel the disc covers: a soft edge of 3 px. */
function coverage(x: number, y: number): number {
  return Math.min(1, Math.max(0, (disc.radius - Math.hypot(x + 0.5 - disc.x, y + 0.5 - disc.y)) / 3 + 0.5))
}

function drawn(channels: 1 | 3 | 4, depth: 8 | 16): Promise<Buffer> {
  const full = depth === 16 ? 65_535 : 255
  const length = size.width * size.height * channels
  const data = depth === 16 ? new Uint16Array(length) : new Uint8Array(length)
  for (let y = 0, at = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, at += channels) {
      const share = coverage(x, y)
      for (let channel = 0; channel < channels; channel++)
        data[at + channel] = channel === 3 ? full : mixed(share, channel) * full + 0.5
    }
  }
  const image = sharp(data, { raw: { ...size, channels } })
  return image
    .toColourspace(depth === 16 ? 'rgb16' : channels === 1 ? 'b-w' : 'srgb')
    .png()
    .toBuffer()
}

function mixed(share: number, channel: number): number {
  return share * (subject[channel] ?? 0) + (1 - share) * (background[channel] ?? 0)
}

/** The disc as a model gives it: small, stretched to a square, and blurred. */
const matte: Matte = {
  width: 64,
  height: 64,
  data: Uint8Array.from({ length: 64 * 64 }, (_, at) => {
    const x = (((at % 64) + 0.5) / 64) * size.width
    const y = ((Math.floor(at / 64) + 0.5) / 64) * size.height
    const distance = Math.hypot(x - disc.x, y - disc.y)
    return Math.round(255 * Math.min(1, Math.max(0, (disc.radius - distance) / 7 + 0.5)))
  }),
}

async function make(
  source: EngineSource,
  operations: readonly OperationInput[],
  { known = matte, format = 'png' }: { known?: Matte | 'none'; format?: 'png' | 'webp' } = {},
) {
  const { outputs, matte: found } = await run({
    kind: 'run',
    source,
    matte: known === 'none' ? undefined : known,
    decode: { orient: true, page: 1 },
    limits: defaultLimits,
    outputs: [wanted(operations, outputOf(format, format === 'webp' ? { lossless: true } : {}))],
  })
  const [made] = outputs
  if (made === undefined) throw new Error('nothing was made')
  return { ...made, found }
}

/** Mean absolute difference of alpha, 0–1, where both pictures have one size. */
function alphaDifference(made: Sample, expected: (x: number, y: number) => number): number {
  let sum = 0
  for (let pixel = 0; pixel < made.width * made.height; pixel++) {
    const x = pixel % made.width
    sum += Math.abs(pixelAt(made, pixel)[3] - expected(x, Math.floor(pixel / made.width)))
  }
  return sum / (made.width * made.height)
}

/** Without models, unless a test brings them. */
beforeEach(() => {
  process.env.FOVEA_WORKER_MODELS = ''
})
afterEach(() => {
  delete process.env.FOVEA_WORKER_MODELS
})

describe('removeBackground', () => {
  it.each([
    ['colour', 3, 8],
    ['colour with alpha', 4, 8],
    ['grey', 1, 8],
    ['16 bit', 3, 16],
  ] as const)('finds the edge of a picture in %s finer than the matte has it', async (_, channels, depth) => {
    const made = await make({ bytes: await drawn(channels, depth) }, [cut])
    const pixels = await pixelsOf(made.bytes, depth === 16)
    const coarse = (x: number, y: number) =>
      (matte.data[Math.floor((y * 64) / 160) * 64 + Math.floor((x * 64) / 240)] ?? 0) / 255
    const error = alphaDifference(pixels, coverage)
    const coarseError = alphaDifference(pixels, coarse)
    expect([error, coarseError]).toEqual([expect.closeTo(0, 2), expect.any(Number)])
    expect(error).toBeLessThan(coarseError / 3)
    expect(pixelAt(pixels, disc.y * size.width + disc.x)[3]).toBe(1)
    expect(pixelAt(pixels, 0)).toEqual([0, 0, 0, 0])
  })

  it('leaves no fringe of the background’s colour on the edge', async () => {
    const pixels = await pixelsOf((await make({ bytes: await drawn(3, 8) }, [cut])).bytes, false)
    let [edge, worst] = [0, 0]
    for (let pixel = 0; pixel < size.width * size.height; pixel++) {
      const [r, g, b, alpha] = pixelAt(pixels, pixel)
      if (alpha < 0.2 || alpha > 0.8) continue
      edge++
      worst = Math.max(worst, Math.abs(r - subject[0]), Math.abs(g - subject[1]), Math.abs(b - subject[2]))
    }
    expect(edge).toBeGreaterThan(300)
    // A pixel mixed half and half is 0.4 away in red.
    expect(worst).toBeLessThan(0.12)
  })

  it('leaves half of what the model is not sure of, and none where the subject is to be solid', async () => {
    // The right half of the disc is a little less than half of the subject, the left half a little more.
    const unsure = (shares: readonly [number, number]): Matte => ({
      ...matte,
      data: matte.data.map((value, at) => {
        const x = (((at % 64) + 0.5) / 64) * size.width
        return Math.round(value * (x < disc.x ? shares[0] : shares[1]))
      }),
    })
    const made = async (solid: boolean, shares: readonly [number, number]) => {
      const { bytes } = await make({ bytes: await drawn(3, 8) }, [{ ...cut, solid }], {
        known: unsure(shares),
      })
      const pixels = await pixelsOf(bytes, false)
      return [-20, 20].map((across) => pixelAt(pixels, disc.y * size.width + disc.x + across)[3])
    }
    const [left = 0, right = 0] = await made(false, [0.7, 0.3])
    expect([left, right]).toEqual([expect.closeTo(0.74, 1), expect.closeTo(0.26, 1)])
    expect(await made(true, [0.7, 0.3])).toEqual([1, 0])
    // The outline is still a soft one.
    const solid = await pixelsOf(
      (await make({ bytes: await drawn(3, 8) }, [{ ...cut, solid: true }])).bytes,
      false,
    )
    expect(alphaDifference(solid, coverage)).toBeLessThan(0.006)
    const alphas = Array.from({ length: size.width * size.height }, (_, at) => pixelAt(solid, at)[3])
    expect(alphas.filter((alpha) => alpha > 0.1 && alpha < 0.9).length).toBeGreaterThan(200)
  })

  it('keeps what was transparent before', async () => {
    const masked: readonly OperationInput[] = [{ op: 'crop', left: 60, top: 0, width: 180, height: 160 }]
    const made = await make({ bytes: await drawn(3, 8) }, [...masked, { op: 'opacity', opacity: 0.5 }, cut])
    const pixels = await pixelsOf(made.bytes, false)
    expect(pixelAt(pixels, disc.y * 180 + disc.x - 60)[3]).toBeCloseTo(0.5, 2)
  })

  it('lays an opaque colour under the subject, and nothing is transparent then', async () => {
    const made = await make({ bytes: await drawn(3, 8) }, [{ ...cut, background: '#00ff00' }])
    const pixels = await pixelsOf(made.bytes, false)
    expect(pixels.channels).toBe(3)
    expect(pixelAt(pixels, 0)).toEqual([0, 1, 0, 1])
  })

  it.each<[string, readonly OperationInput[], (x: number, y: number) => number]>([
    ['cut', [{ op: 'crop', left: 90, top: 10, width: 120, height: 130 }], (x, y) => coverage(x + 90, y + 10)],
    ['mirrored', [{ op: 'flop' }], (x, y) => coverage(size.width - 1 - x, y)],
    ['turned', [{ op: 'rotate', angle: 90 }], (x, y) => coverage(y, size.height - 1 - x)],
    [
      'with room around it',
      [{ op: 'extend', left: 30, top: 20, background: '#ffffff' }],
      (x, y) => (x < 30 || y < 20 ? 0 : coverage(x - 30, y - 20)),
    ],
  ])('knows the subject of a source that was %s before', async (_, before, expected) => {
    const made = await make({ bytes: await drawn(3, 8) }, [...before, cut])
    expect(alphaDifference(await pixelsOf(made.bytes, false), expected)).toBeLessThan(0.006)
  })

  it('knows the subject of a source that lies on its side', async () => {
    const lying = await sharp(await drawn(3, 8))
      .rotate(270)
      .png()
      .toBuffer()
    const tagged = await sharp(lying).withMetadata({ orientation: 6 }).png().toBuffer()
    const made = await make({ bytes: tagged }, [cut])
    expect([made.width, made.height]).toEqual([size.width, size.height])
    expect(alphaDifference(await pixelsOf(made.bytes, false), coverage)).toBeLessThan(0.006)
  })

  it('of a smaller picture is the cut-out made smaller', async () => {
    const half = { op: 'resize', width: 120 } as const
    const [before, after] = await Promise.all(
      [
        [half, cut],
        [cut, half],
      ].map(async (operations) =>
        pixelsOf((await make({ bytes: await drawn(3, 8) }, operations)).bytes, false),
      ),
    )
    if (before === undefined || after === undefined) throw new Error('nothing was made')
    const expected = (x: number, y: number) => pixelAt(after, y * 120 + x)[3]
    expect(alphaDifference(before, expected)).toBeLessThan(0.01)
  })

  it('is refused before anything is decoded where there is neither a model nor a matte', async () => {
    const refused = await make({ bytes: Buffer.from('no picture') }, [cut], { known: 'none' }).catch(
      (error: unknown) => error,
    )
    expect(refused).toBeInstanceOf(Problem)
    expect(refused).toMatchObject({
      code: 'operation/unavailable',
      detail: expect.stringContaining('fovea models prepare'),
    })
  })

  it.each([
    ['colour', 3, 8],
    ['colour with alpha', 4, 8],
    ['grey', 1, 8],
    ['16 bit', 3, 16],
  ] as const)(
    'without a model keeps a picture in %s as it is where that is asked for',
    async (_, channels, depth) => {
      const bytes = await drawn(channels, depth)
      const kept = await make({ bytes }, [{ ...cut, otherwise: 'keep' }], { known: 'none' })
      expect(kept.found).toBeUndefined()
      expect(await pixelsOf(kept.bytes, depth === 16)).toEqual(await pixelsOf(bytes, depth === 16))
    },
  )

  it('still cuts out with what an earlier run found, without a model', async () => {
    const bytes = await drawn(3, 8)
    const [made, expected] = await Promise.all(
      [{ ...cut, otherwise: 'keep' } as const, cut].map((operation) => make({ bytes }, [operation])),
    )
    expect(Buffer.from(made?.bytes ?? []).equals(Buffer.from(expected?.bytes ?? []))).toBe(true)
  })

  it('names the operation that insists, not the one that does not', async () => {
    const operations = [{ ...cut, otherwise: 'keep' }, cut] as const
    await expect(make({ bytes: await drawn(3, 8) }, operations, { known: 'none' })).rejects.toMatchObject({
      members: { index: 1 },
    })
  })

  it('leaves alone what has lost more of its opacity than is allowed, and only that', async () => {
    const bytes = await drawn(3, 8)
    // A quarter of it becomes clear.
    const clear = { op: 'extend', left: size.width / 3, background: '#00000000' } as const
    const cornerOf = async (operations: readonly OperationInput[]) =>
      pixelAt(await pixelsOf((await make({ bytes }, operations)).bytes, false), size.width / 3)[3]
    expect(await cornerOf([clear, { ...cut, maxTransparency: 0.24 }])).toBe(1)
    expect(await cornerOf([clear, { ...cut, maxTransparency: 0.26 }])).toBe(0)
    expect(
      await cornerOf([
        { op: 'opacity', opacity: 0.5 },
        { ...cut, maxTransparency: 0.49 },
      ]),
    ).toBeCloseTo(0.5, 2)
    expect(await cornerOf([{ ...cut, maxTransparency: 0 }])).toBe(0)
  })

  it('refuses a background that is half transparent', () => {
    expect(() => parsePipeline([{ ...cut, background: '#ffffff80' }], defaultLimits)).toThrow(/opaque/)
  })
})

const models = join(sharedDir ?? '', 'models')
const photos = join(sharedDir ?? '', 'images', 'dev', 'photos')
const labels = z.array(
  z.looseObject({
    file: z.string(),
    width: z.number(),
    height: z.number(),
    fgPoints: z.array(z.tuple([z.number(), z.number()])).optional(),
    bgPoints: z.array(z.tuple([z.number(), z.number()])).optional(),
  }),
)

describe('with a model', () => {
  itWithShared('the labelled points of photos are in and out', async () => {
    process.env.FOVEA_WORKER_MODELS = models
    const manifest = labels.parse(JSON.parse(readFileSync(join(photos, 'MANIFEST.json'), 'utf8')))
    for (const name of ['dahlia.jpg', 'woman-red-background.jpg']) {
      const photo = manifest.find(({ file }) => file === name)
      if (photo === undefined) throw new Error(`${name} has no labels`)
      const made = await make({ path: join(photos, name) }, [{ op: 'resize', width: 512 }, cut], {
        known: 'none',
      })
      const pixels = await pixelsOf(made.bytes, false)
      const alphaAt = ([x, y]: readonly [number, number]) =>
        pixelAt(
          pixels,
          Math.floor((y * made.height) / photo.height) * made.width +
            Math.floor((x * made.width) / photo.width),
        )[3]
      expect([name, ...(photo.fgPoints ?? []).map((point) => alphaAt(point) > 0.5)]).not.toContain(false)
      expect([name, ...(photo.bgPoints ?? []).map((point) => alphaAt(point) < 0.5)]).not.toContain(false)
    }
  })

  itWithShared('the matte it found makes the next picture without the model, the same one', async () => {
    process.env.FOVEA_WORKER_MODELS = models
    const source = { path: join(photos, 'chelsea.png') }
    const small = [{ op: 'resize', width: 200 }, cut] as const
    const first = await make(source, small, { known: 'none' })
    process.env.FOVEA_WORKER_MODELS = mkdtempSync(join(tmpdir(), 'fovea-no-models-'))
    const second = await make(source, small, { known: first.found ?? 'none' })
    expect(Buffer.from(second.bytes).equals(first.bytes)).toBe(true)
    expect(second.found).toBeUndefined()
  })

  itWithShared('each frame of an animation is looked at', async () => {
    process.env.FOVEA_WORKER_MODELS = models
    const still = await sharp(join(photos, 'woman-red-background.jpg')).resize(96, 144).png().toBuffer()
    const roll = await sharp([still, await sharp(still).flop().png().toBuffer()], {
      join: { animated: true },
    })
      .webp({ lossless: true, delay: [100, 100] })
      .toBuffer()
    const made = await make({ bytes: roll }, [cut], { known: 'none', format: 'webp' })
    expect(made.pages).toBe(2)
    const [first, second] = await Promise.all(
      [0, 1].map(async (page) =>
        pixelsOf(await sharp(Buffer.from(made.bytes), { page }).ensureAlpha().png().toBuffer(), false),
      ),
    )
    if (first === undefined || second === undefined) throw new Error('frames are missing')
    const mirrored = (x: number, y: number) => pixelAt(first, y * 96 + 95 - x)[3]
    expect(alphaDifference(second, mirrored)).toBeLessThan(0.05)
  })
})
