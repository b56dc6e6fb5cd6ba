/** Long animations come out as short ones do: every frame, its time and its pixels. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultLimits, type OperationInput } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { itWithShared, sharedDir } from '../../../../fixtures/shared.ts'
import { execute } from '../execute.ts'
import type { Raster } from '../image.ts'
import { animate, open } from '../open.ts'
import { run } from '../run.ts'
import { sharp } from '../sharp/setup.ts'
import { differenceOf } from '../testing/difference.ts'
import { outputOf, transform, wanted } from '../testing/request.ts'
import { readGif } from './gif-blocks.ts'
import { gifFrames, gifOfFrames, hasHoles } from './gif-frames.ts'
import { goesInParts } from './in-parts.ts'

const size = { width: 420, height: 300 }
const pages = 30
const delays = Array.from({ length: pages }, (_, page) => 20 + 10 * (page % 7))
const loop = 3

const walks = new Map<string, Promise<Uint8Array>>()

function walk(format: 'gif' | 'webp', channels: 3 | 4): Promise<Uint8Array> {
  const name = `${format} ${channels}`
  const made = walks.get(name) ?? draw(format, channels)
  walks.set(name, made)
  return made
}

/** A disc that walks over a pattern, or over nothing; the edges of the canvas stay empty then. */
async function draw(format: 'gif' | 'webp', channels: 3 | 4): Promise<Uint8Array> {
  const { width, height } = size
  const data = Buffer.alloc(width * height * channels * pages)
  for (let page = 0; page < pages; page++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = ((page * height + y) * width + x) * channels
        const isDisc = (x - 80 - 9 * page) ** 2 + (y - 150) ** 2 < 2500
        data[at] = isDisc ? 220 : (x >> 4) * 8
        data[at + 1] = isDisc ? 40 + page : (y >> 4) * 8
        data[at + 2] = isDisc ? 60 : 128
        if (channels === 4) data[at + 3] = isDisc ? 255 : 0
      }
    }
  }
  const roll = sharp(data, {
    raw: { width, height: height * pages, channels, pageHeight: height },
    limitInputPixels: false,
  })
  const timing = { delay: delays, loop }
  return format === 'gif'
    ? roll.gif({ ...timing, effort: 1, dither: 0, colours: 64 }).toBuffer()
    : roll.webp({ ...timing, lossless: true, quality: 1, effort: 0 }).toBuffer()
}

/** The frames as they come out of one whole roll. */
async function wholeRoll(bytes: Uint8Array): Promise<Raster> {
  return execute([], animate(await open({ bytes }, defaultLimits)))
}

const several: readonly OperationInput[] = [
  { op: 'invert' },
  { op: 'resize', width: 84 },
  { op: 'blur', sigma: 1 },
  { op: 'rotate', angle: 90 },
]

describe('a long animation', () => {
  for (const channels of [3, 4] as const) {
    for (const from of ['gif', 'webp'] as const) {
      for (const to of ['webp', 'gif'] as const) {
        it(`keeps frames, pace and pixels from ${from} to ${to}, ${channels} channels`, async () => {
          const source = { bytes: await walk(from, channels) }
          const image = animate(await open(source, defaultLimits))
          const output = outputOf(to, { lossless: true })
          expect(goesInParts(image, [{ index: 0, output, leading: [], rest: [] }])).toBe(true)
          const made = await transform(source, [], output)
          expect(made).toMatchObject({ ...size, pages })
          const { delay, loop: repeats, pages: count } = await sharp(made.bytes, { pages: -1 }).metadata()
          expect({ delay, repeats, count }).toEqual({ delay: delays, repeats: loop, count: pages })
          const [before, after] = [await wholeRoll(source.bytes), await wholeRoll(made.bytes)]
          const difference = differenceOf(asRoll(before), asRoll(after))
          // A GIF has at most 256 colours for all frames of a part.
          expect(difference.mean).toBeLessThan(to === 'gif' ? 3 : 0.01)
        })
      }
    }
  }

  it('goes through several passes as a short one does', async () => {
    const source = { bytes: await walk('gif', 3) }
    const made = await transform(source, several, outputOf('webp', { lossless: true }))
    expect(made).toMatchObject({ width: 60, height: 84, pages })
    const frames = await wholeRoll(made.bytes)
    const before = await wholeRoll(source.bytes)
    for (const page of [0, 9, 10, 29]) {
      const still = await transform({ bytes: await png(before, page) }, several, outputOf('png'))
      const wantedFrame = await execute([], await open({ bytes: still.bytes }, defaultLimits))
      const got = await open({ bytes: await png(frames, page) }, defaultLimits)
      expect(differenceOf(await execute([], got), wantedFrame).mean).toBeLessThan(0.01)
    }
  })

  it('is made alone and in company the same', async () => {
    const source = { bytes: await walk('gif', 3) }
    const outputs = ['webp', 'gif'] as const
    const wishes = outputs.map((format) => wanted([{ op: 'resize', width: 40 }], outputOf(format)))
    const request = { kind: 'run', source, decode: { orient: true }, limits: defaultLimits } as const
    const together = (await run({ ...request, outputs: wishes })).outputs
    for (const [index, wish] of wishes.entries()) {
      const [alone] = (await run({ ...request, outputs: [wish] })).outputs
      expect(Buffer.from(alone?.bytes ?? []).equals(together[index]?.bytes ?? Buffer.of(1))).toBe(true)
    }
  })

  it('is held whole where something is found out about all frames', async () => {
    const image = animate(await open({ bytes: await walk('gif', 3) }, defaultLimits))
    const inParts = (operations: readonly OperationInput[], more = {}) => {
      const { pipeline, output } = wanted(operations, outputOf('webp', more))
      return goesInParts(image, [{ index: 0, output, leading: [], rest: pipeline }])
    }
    for (const operation of several) expect(inParts([operation]), operation.op).toBe(true)
    expect(inParts([{ op: 'trim' }])).toBe(false)
    expect(inParts([{ op: 'normalize' }])).toBe(false)
    expect(inParts([{ op: 'resize', width: 50, height: 50, position: 'attention' }])).toBe(false)
    expect(inParts([], { maxBytes: 100_000 })).toBe(false)
  })
})

describe('frames of a GIF', () => {
  const files = [
    'photos/anim-globe.gif',
    ...['gif', 'cogs', 'dispose-background', 'moon_impact'].map((name) => `formats/gif/${name}.gif`),
  ]
  for (const name of files) {
    itWithShared(`${name} has the pixels that libvips finds`, async () => {
      const path = join(sharedDir ?? '', 'images/dev', name)
      const { data, info } = await sharp(path, { pages: -1 })
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true })
      const { hasAlpha, pageHeight = 0, pages: count = 0 } = await sharp(path, { pages: -1 }).metadata()
      const gif = gifOfFrames(readFileSync(path), {
        width: info.width,
        height: pageHeight,
        pages: count,
      })
      if (gif === undefined) throw new Error('not read')
      let page = 0
      for (const canvas of gifFrames(gif)) {
        const wantedPixels = data.subarray(page * canvas.length, (page + 1) * canvas.length)
        for (let at = 0; at < canvas.length; at += 4) {
          if (!hasAlpha) canvas[at + 3] = 255
          if (canvas[at + 3] === 0) canvas.fill(0, at, at + 3)
        }
        expect(Buffer.compare(canvas, wantedPixels)).toBe(0)
        page++
      }
      expect(page).toBe(count)
    })
  }

  it('are refused, not guessed, when the file is damaged', async () => {
    const bytes = Buffer.from(await walk('gif', 3)).subarray(0, 40_000)
    for (let seed = 0; seed < 300; seed++) {
      const broken = Buffer.from(bytes)
      for (let hit = 0; hit < 5; hit++)
        broken[13 + ((seed * 7919 + hit * 104_729) % (bytes.length - 13))] = (seed * 31 + hit) % 256
      const gif = readGif(broken)
      if (gif === undefined) continue
      const inside = gifOfFrames(broken, { ...size, pages: gif.frames.length })
      try {
        for (const frame of inside?.frames.slice(0, 3) ?? []) hasHoles({ ...frame, transparent: 0 })
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
      }
    }
  })
})

/** All frames as one picture. */
function asRoll(raster: Raster): Raster {
  return { ...raster, height: raster.height * raster.pages, pages: 1 }
}

function png({ data, width, height, channels }: Raster, page: number): Promise<Buffer> {
  const length = width * height * channels
  return sharp(data.subarray(page * length, (page + 1) * length), { raw: { width, height, channels } })
    .png()
    .toBuffer()
}
