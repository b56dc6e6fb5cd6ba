/** What a camera wrote about place, device and time leaves the house only when it is asked for. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Format, ImageOutput } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { itWithShared, sharedDir } from '../../../../fixtures/shared.ts'
import { sharp } from '../sharp/setup.ts'
import { animation } from '../testing/animation.ts'
import { outputOf, transform } from '../testing/request.ts'
import { exifFor, iptcFor, xmpFor } from './blocks.ts'
import { rightsInExif } from './exif.ts'

const photos = join(sharedDir ?? '', 'images/dev/photos')
const formats = ['jpeg', 'png', 'webp', 'avif', 'tiff', 'gif'] as const satisfies readonly Format[]
const onePass = [{ op: 'resize', width: 60 }] as const
const severalPasses = [{ op: 'invert' }, { op: 'resize', width: 60 }, { op: 'invert' }] as const

/** How the blocks of metadata begin in the files that hold them. */
const marks = [
  'Exif\0\0',
  'http://ns.adobe.com',
  'Photoshop 3.0',
  '8BIM',
  'MPF\0',
  'eXIf',
  'iTXt',
  'tEXt',
  'zTXt',
  'XMP ',
  'EXIF',
  'hdrgm',
  'GPSLatitude',
]

function make(bytes: Uint8Array, several: boolean, format: Format, metadata: ImageOutput['metadata']) {
  return transform({ bytes }, several ? severalPasses : onePass, outputOf(format, { metadata }))
}

describe('a photo with a place, a camera and a thumbnail', () => {
  for (const name of [
    'gps-arezzo-10.jpg',
    'gps-thompson.jpg',
    'gainmap-seine.jpg',
    'displayp3-iceland.jpg',
  ]) {
    for (const format of formats) {
      itWithShared(`${name} loses all of it in ${format}, and keeps its rights on request`, async () => {
        const source = readFileSync(join(photos, name))
        for (const several of [false, true]) {
          const bare = Buffer.from((await make(source, several, format, 'none')).bytes)
          expect(marks.filter((mark) => bare.includes(mark))).toEqual([])
          const made = await make(source, several, format, 'copyright')
          const { exif, xmp, iptc } = await sharp(made.bytes).metadata()
          expect([xmp, iptc]).toEqual([undefined, undefined])
          // A block with two texts and what libvips always adds; a camera's has thousands of bytes.
          expect(exif?.length ?? 0).toBeLessThan(500)
          expect(exif?.includes('GPS') ?? false).toBe(false)
        }
      })
    }

    for (const format of ['jpeg', 'png', 'webp', 'avif'] as const) {
      itWithShared(`${name} keeps EXIF and XMP in ${format} when all is asked for`, async () => {
        const source = readFileSync(join(photos, name))
        const before = await sharp(source).metadata()
        for (const several of [false, true]) {
          const made = await make(source, several, format, 'all')
          const after = await sharp(made.bytes).metadata()
          expect(after.exif === undefined).toBe(before.exif === undefined)
          expect(after.xmp === undefined).toBe(before.xmp === undefined)
          expect(after.iptc !== undefined).toBe(format === 'jpeg' && before.iptc !== undefined)
          expect(rightsInExif(after.exif ?? new Uint8Array())).toEqual(
            rightsInExif(before.exif ?? new Uint8Array()),
          )
          // A thumbnail in EXIF is a JPEG of the picture as it was.
          expect(after.exif?.includes(Buffer.of(0xff, 0xd8, 0xff)) ?? false).toBe(false)
        }
      })
    }
  }

  for (const name of ['ultrahdr-vips.jpg', 'gainmap-seine.jpg', 'gainmap-seine.avif']) {
    itWithShared(`${name} loses its gain map and every word about it`, async () => {
      const source = readFileSync(join(photos, name))
      const plain = await make(source, false, 'png', 'none')
      for (const format of ['jpeg', 'webp', 'avif'] as const) {
        const { bytes } = await make(source, false, format, 'all')
        const made = Buffer.from(bytes)
        expect(['hdrgm:', 'MPF\0', 'Container:Directory'].filter((word) => made.includes(word))).toEqual([])
        const { gainMap, xmpAsString } = await sharp(bytes).metadata()
        expect(gainMap).toBeUndefined()
        expect(xmpAsString?.includes('hdrgm:') ?? false).toBe(false)
        expect(await distance(plain.bytes, bytes)).toBeLessThan(6)
      }
    })
  }

  it('keeps what was asked for where frames move', async () => {
    const exif = { IFD0: { Copyright: 'Ada (ASCII)' } }
    const still = await sharp(await animation('webp'), { pages: -1 })
      .withExif(exif)
      .webp()
      .toBuffer()
    const { bytes, pages } = await transform({ bytes: still }, onePass, outputOf('webp', { metadata: 'all' }))
    const made = await sharp(bytes, { pages: -1 }).metadata()
    expect([pages, made.pages, made.delay]).toEqual([3, 3, [70, 200, 500]])
    expect(rightsInExif(made.exif ?? new Uint8Array())).toEqual({ copyright: 'Ada' })
  })
})

describe('blocks of metadata', () => {
  it('are dropped in silence when they are damaged', async () => {
    const { exif = Buffer.alloc(0) } = await sharp(
      await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
        .withExif({ IFD0: { Copyright: 'Ada' } })
        .jpeg()
        .toBuffer(),
    ).metadata()
    for (let length = 0; length < exif.length; length++) {
      exifFor(exif.subarray(0, length), 1)
      iptcFor(exif.subarray(0, length))
    }
    expect(exifFor(exif, 6)).toBeDefined()
    expect(iptcFor(Buffer.from('Photoshop 3.0\0garbage garbage garbage'))).toBeUndefined()
  })

  it('keep the IPTC record alone of all resources', () => {
    const resource = (id: number, text: string) => {
      const head = Buffer.from('8BIM\0\0\0\0\0\0\0\0', 'latin1')
      head.writeUInt16BE(id, 4)
      head.writeUInt32BE(text.length, 8)
      return Buffer.concat([head, Buffer.from(text), Buffer.alloc(text.length % 2)])
    }
    const mark = Buffer.from('Photoshop 3.0\0', 'latin1')
    const record = resource(0x0404, 'caption')
    const all = Buffer.concat([mark, resource(0x040c, 'thumbnail'), record, resource(0x0425, 'digest')])
    expect(iptcFor(all)).toEqual(Buffer.concat([mark, record]))
  })

  it('keep the rest of a packet that speaks of a gain map', () => {
    const packet =
      '<rdf:Description xmlns:hdrgm="x" xmlns:dc="y" hdrgm:Version="1.0" dc:format="a">' +
      '<Container:Directory><rdf:Seq><rdf:li Item:Semantic="GainMap"/></rdf:Seq></Container:Directory>' +
      '<hdrgm:GainMapMax><rdf:Seq/></hdrgm:GainMapMax><dc:rights>Ada</dc:rights></rdf:Description>'
    expect(xmpFor(packet)).toBe(
      '<rdf:Description xmlns:dc="y" dc:format="a"><dc:rights>Ada</dc:rights></rdf:Description>',
    )
    expect(xmpFor(`${'<hdrgm:'.repeat(1000)}`)).toHaveLength(7000)
  })
})

async function distance(a: Uint8Array, b: Uint8Array): Promise<number> {
  const [left, right] = await Promise.all(
    [a, b].map((bytes) => sharp(bytes).toColourspace('srgb').removeAlpha().raw().toBuffer()),
  )
  let sum = 0
  for (const [at, value] of (left ?? Buffer.alloc(0)).entries()) sum += Math.abs(value - (right?.[at] ?? 0))
  return sum / (left?.length ?? 1)
}
