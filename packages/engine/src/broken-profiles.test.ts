/** A profile that is damaged, or made for another kind of picture, is left out of account: the pixels count. */
import { crc32, deflateSync } from 'node:zlib'
import type { OperationInput } from '@fovea/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { profileNamed } from './sharp/profiles.ts'
import { sharp } from './sharp/setup.ts'
import { outputOf, transform } from './testing/request.ts'

const size = { width: 32, height: 24 }
const red = [200, 40, 40]

let jpeg: Buffer
let png: Buffer
let cmykJpeg: Buffer
let wide: Buffer

beforeAll(async () => {
  const input = { create: { ...size, channels: 3, background: { r: 200, g: 40, b: 40 } } } as const
  jpeg = await sharp(input).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer()
  png = await sharp(input).png().toBuffer()
  cmykJpeg = await sharp(input).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer()
  wide = Buffer.from(await profileNamed('p3'))
})

/** Profiles that no colour engine can use for an RGB picture, by what is wrong with them. */
function broken(): readonly (readonly [string, Buffer])[] {
  const changed = (at: number, bytes: string) => {
    const copy = Buffer.from(wide)
    copy.write(bytes, at, 'latin1')
    return copy
  }
  const manyTags = Buffer.from(wide)
  manyTags.writeUInt32BE(0xffff_ffff, 128)
  const farTags = Buffer.from(wide)
  // Tag table: count, then signature, offset and length of each.
  for (let tag = 0; tag < wide.readUInt32BE(128); tag++) farTags.writeUInt32BE(0xffff_fff0, 136 + tag * 12)
  return [
    ['nothing', Buffer.alloc(0)],
    ['a few bytes', Buffer.from('ICC')],
    ['noise', Buffer.from(Array.from({ length: 3_000 }, (_, at) => (at * 73 + 41) & 0xff))],
    ['half a profile', wide.subarray(0, wide.length / 2)],
    ['no more than a header', wide.subarray(0, 128)],
    ['another signature', changed(36, 'xxxx')],
    ['the space of grey', changed(16, 'GRAY')],
    ['the space of CMYK', changed(16, 'CMYK')],
    ['billions of tags', manyTags],
    ['tags beyond the end', farTags],
    ['four megabytes of zeros', Buffer.alloc(4_000_000)],
  ]
}

/** APP2 segments of at most 65 519 bytes each, numbered as the ICC specification (annex B.4) has it. */
function inJpeg(file: Buffer, profile: Buffer): Buffer {
  const most = 65_519
  const count = Math.min(255, Math.max(1, Math.ceil(profile.length / most)))
  const segments = Array.from({ length: count }, (_, index) => {
    const piece = profile.subarray(index * most, (index + 1) * most)
    const head = Buffer.alloc(18)
    head.writeUInt16BE(0xffe2, 0)
    head.writeUInt16BE(16 + piece.length, 2)
    head.write('ICC_PROFILE\0', 4, 'latin1')
    head.set([index + 1, count], 16)
    return Buffer.concat([head, piece])
  })
  return Buffer.concat([file.subarray(0, 2), ...segments, file.subarray(2)])
}

function inPng(file: Buffer, profile: Buffer): Buffer {
  const data = Buffer.concat([Buffer.from('iCCPp\0\0', 'latin1'), deflateSync(profile)])
  const chunk = Buffer.alloc(8 + data.length)
  chunk.writeUInt32BE(data.length - 4, 0)
  data.copy(chunk, 4)
  chunk.writeUInt32BE(crc32(data), 4 + data.length)
  const behindHeader = 33
  return Buffer.concat([file.subarray(0, behindHeader), chunk, file.subarray(behindHeader)])
}

async function colourOf(
  bytes: Uint8Array,
  operations: readonly OperationInput[],
): Promise<readonly number[]> {
  const made = await transform({ bytes }, operations, outputOf('png'))
  expect([made.width, made.height]).toEqual([16, 12])
  const { channels } = await sharp(made.bytes).stats()
  return channels.slice(0, 3).map(({ mean }) => mean)
}

const pipelines: readonly (readonly OperationInput[])[] = [
  [{ op: 'resize', width: 16 }],
  [{ op: 'blur', sigma: 1 }, { op: 'resize', width: 16 }, { op: 'invert' }, { op: 'invert' }],
]

describe('a broken profile', () => {
  for (const kind of ['jpeg', 'png'] as const) {
    it(`of a ${kind} changes neither colour nor size`, async () => {
      for (const [what, profile] of broken()) {
        const bytes = kind === 'jpeg' ? inJpeg(jpeg, profile) : inPng(png, profile)
        for (const operations of pipelines) {
          const colour = await colourOf(bytes, operations)
          for (const [channel, value] of colour.entries()) {
            expect(Math.abs(value - (red[channel] ?? 0)), `${what}: ${colour}`).toBeLessThanOrEqual(3)
          }
        }
      }
    })
  }

  it('of a CMYK picture leaves a plain conversion', async () => {
    const plain = await colourOf(cmykJpeg, [{ op: 'resize', width: 16 }])
    for (const [what, profile] of broken().slice(1, 6)) {
      const colour = await colourOf(inJpeg(cmykJpeg, profile), [{ op: 'resize', width: 16 }])
      for (const [channel, value] of colour.entries()) {
        expect(
          Math.abs(value - (plain[channel] ?? 0)),
          `${what}: ${colour} for ${plain}`,
        ).toBeLessThanOrEqual(40)
      }
    }
  })

  it('is not handed on, whatever is asked to be kept', async () => {
    for (const [what, profile] of broken()) {
      const output = outputOf('jpeg', { quality: 90, metadata: 'all' })
      const made = await transform({ bytes: inJpeg(jpeg, profile) }, [{ op: 'resize', width: 16 }], output)
      const { icc } = await sharp(made.bytes).metadata()
      expect(icc === undefined || icc.length < 5_000, what).toBe(true)
    }
  })
})
