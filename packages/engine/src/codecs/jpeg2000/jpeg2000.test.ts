/** Our JPEG 2000 decoder against OpenJPEG, our files against both, and what only our decoder reads. */
import { defaultLimits, type Problem } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { open } from '../../open.ts'
import { sharp } from '../../sharp/setup.ts'
import { pictures } from '../../testing/pictures.ts'
import { outputOf, transform } from '../../testing/request.ts'
import { boxIn } from '../iso-bmff.ts'
import { readJp2, wrapInJp2 } from './boxes.ts'
import { readSize } from './codestream.ts'
import { decodePlanes, type Plane } from './decode.ts'
import { encodeCodestream } from './encode.ts'
import { decodeFast, isPlain } from './openjpeg.ts'

const [{ png: opaque }, { png: transparent }] = await pictures()

async function rawOf(png: Uint8Array, channels: 1 | 3 | 4) {
  const { data, info } = await sharp(png)
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  expect(info.channels).toBe(channels)
  return { data: new Uint8Array(data), width: info.width, height: info.height, channels, depth: 8 } as const
}

function interleaved(planes: readonly Plane[]): readonly number[] {
  return Array.from({ length: planes[0] === undefined ? 0 : planes[0].width * planes[0].height }, (_, at) =>
    planes.map(({ data, step, offset }) => data[at * step + offset] ?? -1),
  ).flat()
}

/** 16 bit: a slope over the whole range with red and blue far apart, which colour differences cannot hold in 16. */
function deepPixels(width: number, height: number, channels: 1 | 3 | 4) {
  const data = Uint16Array.from({ length: width * height * channels }, (_, index) => {
    const [pixel, channel] = [Math.floor(index / channels), index % channels]
    const value = Math.round(((pixel % width) / (width - 1)) * 65_535)
    return channel === 1 ? 65_535 - value : channel === 3 ? (pixel * 31) % 65_536 : value
  })
  return { data, width, height, channels, depth: 16 } as const
}

describe('the decoder', () => {
  it.each([
    ['grey, lossless', 1, { isLossless: true, ratio: 0 }, 0],
    ['colour, lossless', 3, { isLossless: true, ratio: 0 }, 0],
    ['grey, lossy', 1, { isLossless: false, ratio: 20 }, 1],
    ['colour, lossy', 3, { isLossless: false, ratio: 20 }, 1],
    ['colour, hardly anything left', 3, { isLossless: false, ratio: 400 }, 1],
  ] as const)('agrees with OpenJPEG: %s', async (_, channels, encoding, tolerance) => {
    const codestream = await encodeCodestream(await rawOf(opaque, channels), encoding)
    expect(isPlain(readSize(codestream))).toBe(true)
    const [ours, theirs] = [interleaved(decodePlanes(codestream)), interleaved(await decodeFast(codestream))]
    expect(ours.length).toBe(theirs.length)
    expect(ours.filter((value, at) => Math.abs(value - (theirs[at] ?? 0)) > tolerance)).toEqual([])
  })

  it.each([1, 3, 4] as const)('gives back 16 bit of %i channels', async (channels) => {
    const pixels = deepPixels(77, 41, channels)
    const planes = decodePlanes(await encodeCodestream(pixels, { isLossless: true, ratio: 0 }))
    expect(interleaved(planes)).toEqual([...pixels.data])
  })

  it('repeats subsampled colour and reads luminance and differences', async () => {
    const flat = (side: number, value: number) =>
      ({
        data: new Uint8Array(side * side).fill(value),
        width: side,
        height: side,
        channels: 1,
        depth: 8,
      }) as const
    const parts = await Promise.all(
      [flat(64, 120), flat(32, 90), flat(32, 200)].map((pixels) =>
        encodeCodestream(pixels, { isLossless: true, ratio: 0 }),
      ),
    )
    const bytes = asComponents(parts, 64)
    expect((await open({ bytes }, defaultLimits)).facts).toMatchObject({ width: 64, height: 64, channels: 3 })
    const { bytes: png } = await transform({ bytes }, [], outputOf('png'))
    const { channels } = await sharp(png).stats()
    const expected = [120 + 1.402 * 72, 120 - 0.344136 * -38 - 0.714136 * 72, 120 + 1.772 * -38]
    expect(channels.map(({ mean, stdev }) => [mean, stdev])).toEqual(
      expected.map((value) => [Math.round(value), 0]),
    )
  })

  it('looks colours up in a palette', async () => {
    const indices = {
      data: Uint8Array.from({ length: 64 }, (_, at) => at % 3),
      width: 8,
      height: 8,
      channels: 1,
      depth: 8,
    } as const
    const file = wrapInJp2(await encodeCodestream(indices, { isLossless: true, ratio: 0 }), {
      ...indices,
      channels: 3,
      exif: undefined,
    })
    const palette = [0, 3, 3, 7, 7, 7, 255, 0, 0, 0, 255, 0, 0, 0, 255]
    const mapping = [0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 1, 2]
    const bytes = withInHeader(file, boxOf('pclr', palette), boxOf('cmap', mapping))
    const { data } = await sharp((await transform({ bytes }, [], outputOf('png'))).bytes)
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect([...data.subarray(0, 9)]).toEqual([255, 0, 0, 0, 255, 0, 0, 0, 255])
  })
})

/** One codestream of several with one component each; all but the first have half the samples a side. */
function asComponents(parts: readonly Uint8Array[], side: number): Buffer {
  const sot = Buffer.from([0xff, 0x90])
  const [first = new Uint8Array()] = parts
  const starts = parts.map((part) => Buffer.from(part).indexOf(sot))
  const size = Buffer.alloc(40 + 9)
  size.writeUInt16BE(0xff51, 0)
  size.writeUInt16BE(38 + 9, 2)
  for (const at of [6, 10, 22, 26]) size.writeUInt32BE(side, at)
  size.writeUInt16BE(3, 38)
  for (const [index, step] of [1, 2, 2].entries()) size.set([7, step, step], 40 + index * 3)
  const data = parts.map((part, index) => part.subarray((starts[index] ?? 0) + 14, part.length - 2))
  const head = Buffer.from([0xff, 0x90, 0, 10, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0x93])
  head.writeUInt32BE(14 + Buffer.concat(data).length, 6)
  const styles = first.subarray(2 + 43, starts[0])
  return Buffer.concat([Buffer.from([0xff, 0x4f]), size, styles, head, ...data, Buffer.from([0xff, 0xd9])])
}

function boxOf(type: string, body: readonly number[]): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(8 + body.length)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, Buffer.from(body)])
}

function withInHeader(file: Uint8Array, ...boxes: readonly Buffer[]): Buffer {
  const bytes = Buffer.from(file)
  const at = bytes.indexOf('jp2h') - 4
  const end = at + bytes.readUInt32BE(at)
  bytes.writeUInt32BE(end - at + Buffer.concat(boxes).length, at)
  return Buffer.concat([bytes.subarray(0, end), ...boxes, bytes.subarray(end)])
}

describe('written files', () => {
  it.each([
    ['RGB', opaque],
    ['RGBA', transparent],
  ] as const)('give %s back without loss', async (_, png) => {
    const made = await transform({ bytes: png }, [], outputOf('jp2', { lossless: true }))
    expect(Buffer.from(made.bytes.subarray(4, 8)).toString()).toBe('jP  ')
    const back = await transform({ bytes: made.bytes }, [], outputOf('png'))
    const [before, after] = await Promise.all([png, back.bytes].map((file) => sharp(file).raw().toBuffer()))
    expect(after?.equals(before ?? Buffer.alloc(0))).toBe(true)
  })

  it('say in a box what the fourth channel is for', async () => {
    const { bytes } = await transform({ bytes: transparent }, [], outputOf('jp2'))
    expect(readJp2(bytes).definitions).toContainEqual({ channel: 3, kind: 1, association: 0 })
  })

  it('keep 16 bit', async () => {
    const deep = await sharp(opaque).toColourspace('rgb16').linear(1.003, 11).png().toBuffer()
    const { bytes } = await transform({ bytes: deep }, [], outputOf('jp2', { lossless: true }))
    expect((await open({ bytes }, defaultLimits)).facts.space).toBe('rgb16')
    const back = await transform({ bytes }, [], outputOf('png'))
    const [before, after] = await Promise.all(
      [deep, back.bytes].map((file) =>
        sharp(file).toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer(),
      ),
    )
    expect(after?.equals(before ?? Buffer.alloc(0))).toBe(true)
  })

  it('get smaller with less quality', async () => {
    const sizes = await Promise.all(
      [90, 60, 20].map(
        async (quality) =>
          (await transform({ bytes: opaque }, [], outputOf('jp2', { quality }))).bytes.length,
      ),
    )
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a))
    expect(sizes[2]).toBeLessThan((sizes[0] ?? 0) / 3)
  })

  it.each([
    [2_100, 9],
    [65, 2_060],
    [1, 1],
    [3, 70],
  ])('hold %i×%i px, in tiles where they are large', async (width, height) => {
    const png = await sharp(opaque).resize(width, height, { fit: 'fill' }).png().toBuffer()
    const { bytes } = await transform({ bytes: png }, [], outputOf('jp2', { lossless: true }))
    const codestream = boxIn(bytes, 'jp2c') ?? new Uint8Array()
    const [ours, theirs] = [decodePlanes(codestream), await decodeFast(codestream)]
    const before = await sharp(png).raw().toBuffer()
    for (const planes of [ours, theirs]) {
      const wrong = before.findIndex((value, at) => {
        const plane = planes[at % 3]
        return plane?.data[Math.floor(at / 3) * plane.step + plane.offset] !== value
      })
      expect(wrong).toBe(-1)
    }
  })
})

describe('limits', () => {
  it('refuses more pixels than are decoded, from the header alone', async () => {
    const codestream = await encodeCodestream(await rawOf(opaque, 3), { isLossless: false, ratio: 50 })
    const huge = Buffer.from(codestream)
    huge.writeUInt32BE(9_000, 8)
    huge.writeUInt32BE(9_000, 12)
    const refused: unknown = await open({ bytes: huge }, defaultLimits).catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'source/too-many-pixels' } satisfies Partial<Problem>)
  })

  it.each([[0.3], [0.9]])('says that a file cut off at %d is damaged', async (share) => {
    for (const channels of [3, 4] as const) {
      const png = channels === 3 ? opaque : transparent
      const whole = await encodeCodestream(await rawOf(png, channels), { isLossless: true, ratio: 0 })
      const bytes = whole.subarray(0, Math.floor(whole.length * share))
      await expect(transform({ bytes }, [], outputOf('png'))).rejects.toMatchObject({
        code: 'source/undecodable',
      })
    }
  })
})
