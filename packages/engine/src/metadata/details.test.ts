import { readdirSync } from 'node:fs'
import { defaultLimits } from '@fovea/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { itWithShared, sharedDir } from '../../../../fixtures/shared.ts'
import type { PictureFacts } from '../pool/picture-facts.ts'
import { probe, run } from '../run.ts'
import { sharp } from '../sharp/setup.ts'
import type { MetadataBlocks } from './blocks.ts'
import { detailsIn } from './details.ts'

const photos = `${sharedDir}/images/dev/photos/`
const hostile = `${sharedDir}/images/dev/abuse/exif-hostile/`

async function blocksOf(path: string): Promise<MetadataBlocks> {
  const { exif, iptc, xmpAsString } = await sharp(path).metadata()
  return {
    ...(exif === undefined ? {} : { exif }),
    ...(iptc === undefined ? {} : { iptc }),
    ...(xmpAsString === undefined ? {} : { xmp: xmpAsString }),
  }
}

async function factsOf(source: { readonly path: string }, details: 'none' | 'public' | 'all') {
  const { outputs } = await run({
    kind: 'run',
    source,
    decode: { orient: true },
    outputs: [{ pipeline: [], output: { kind: 'facts', details } }],
    limits: defaultLimits,
  })
  return JSON.parse(Buffer.from(outputs[0]?.bytes ?? []).toString()) as PictureFacts
}

/** EXIF as cameras write it. */
async function exifBlock(): Promise<Uint8Array> {
  const tags = {
    IFD0: {
      Make: 'Fovea',
      Model: 'One',
      Artist: 'Ada',
      Copyright: '2026 Ada',
      ImageDescription: 'Flowers everywhere',
      Orientation: '6',
    },
    IFD2: {
      DateTimeOriginal: '2024:02:29 13:14:15',
      OffsetTimeOriginal: '+02:00',
      ExposureTime: '1/250',
      FNumber: '28/10',
      ISOSpeedRatings: '400',
      FocalLength: '50/1',
      Flash: '1',
      BodySerialNumber: '12345',
    },
    IFD3: {
      GPSLatitudeRef: 'S',
      GPSLatitude: '33/1 51/1 3114/100',
      GPSLongitudeRef: 'E',
      GPSLongitude: '151/1 12/1 3600/100',
      GPSAltitude: '58/1',
    },
  }
  const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#888' } })
    .withExif(tags)
    .jpeg()
    .toBuffer()
  return (await sharp(bytes).metadata()).exif ?? new Uint8Array()
}

/** One text of the IPTC application record. */
function dataset(number: number, text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8')
  return Buffer.concat([Buffer.from([0x1c, 2, number, bytes.length >> 8, bytes.length & 255]), bytes])
}

const iptc = Buffer.concat([
  dataset(5, 'Spring'),
  dataset(25, 'flower'),
  dataset(25, 'bee'),
  dataset(80, 'Not Ada'),
  dataset(90, 'Mainz'),
  dataset(110, 'Agency'),
  dataset(120, 'Caption of IPTC'),
])

const xmp = `<x:xmpmeta><rdf:RDF><rdf:Description xmp:Rating="4" photoshop:Credit='X &amp; Co'>
  <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Frühling &#x1F41D;</rdf:li></rdf:Alt></dc:title>
  <dc:subject><rdf:Bag><rdf:li>one</rdf:li><rdf:li>two</rdf:li></rdf:Bag></dc:subject>
  <photoshop:City>Bonn</photoshop:City>
</rdf:Description></rdf:RDF></x:xmpmeta>`

describe('detailsIn', () => {
  it('reads camera, exposure, time and authors of EXIF', async () => {
    expect(detailsIn({ exif: await exifBlock() }, 'public')).toEqual({
      artist: 'Ada',
      copyright: '2026 Ada',
      caption: 'Flowers everywhere',
      takenAt: '2024-02-29T13:14:15+02:00',
      camera: { make: 'Fovea', model: 'One' },
      exposure: { seconds: 0.004, fNumber: 2.8, iso: 400, focalLength: 50, flash: true },
    })
  })

  it('tells the place and serial numbers only when all is asked for', async () => {
    const all = detailsIn({ exif: await exifBlock(), iptc, xmp }, 'all')
    expect(all.location).toEqual({
      latitude: -33.85865,
      longitude: 151.21,
      altitude: 58,
      city: 'Mainz',
    })
    expect(all.equipment).toEqual({ bodySerial: '12345' })
    const open = JSON.stringify(detailsIn({ exif: await exifBlock(), iptc, xmp }, 'public'))
    for (const secret of ['12345', '33.8', '151.2', 'Mainz', 'Bonn', 'latitude', 'Serial'])
      expect(open).not.toContain(secret)
  })

  it('fills what EXIF leaves out from IPTC, and what that leaves out from XMP', async () => {
    expect(detailsIn({ iptc, xmp }, 'public')).toEqual({
      artist: 'Not Ada',
      title: 'Spring',
      caption: 'Caption of IPTC',
      credit: 'Agency',
      keywords: ['flower', 'bee'],
      rating: 4,
    })
    expect(detailsIn({ xmp }, 'all')).toEqual({
      title: 'Frühling 🐝',
      keywords: ['one', 'two'],
      credit: 'X & Co',
      rating: 4,
      location: { city: 'Bonn' },
    })
    expect(detailsIn({ exif: await exifBlock(), iptc }, 'public').artist).toBe('Ada')
  })

  it('reads IPTC inside the resource block that wraps it', () => {
    const resource = (id: number, data: Buffer) => {
      const size = Buffer.alloc(4)
      size.writeUInt32BE(data.length)
      const parts = [Buffer.from('8BIM'), Buffer.from([id >> 8, id & 255, 0, 0]), size, data]
      return Buffer.concat(data.length % 2 === 0 ? parts : [...parts, Buffer.alloc(1)])
    }
    const wrapped = Buffer.concat([resource(0x03ed, Buffer.alloc(3)), resource(0x0404, iptc)])
    expect(detailsIn({ iptc: wrapped }, 'public').title).toBe('Spring')
    const marked = Buffer.concat([Buffer.from('Photoshop 3.0\0'), wrapped])
    expect(detailsIn({ iptc: marked }, 'public').title).toBe('Spring')
  })

  it.each([
    ['0000:00:00 00:00:00'],
    ['2023:02:29 10:00:00'],
    ['2023:13:01 10:00:00'],
    ['    :  :     :  :  '],
  ])('leaves out a date that no calendar has: %s', async (time) => {
    const jpeg = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#888' } })
      .withExif({ IFD2: { DateTimeOriginal: time } })
      .jpeg()
      .toBuffer()
    expect(detailsIn({ exif: (await sharp(jpeg).metadata()).exif ?? jpeg }, 'all').takenAt).toBeUndefined()
  })

  it('survives 10 000 damaged blocks, and what it tells stays small', async () => {
    const exif = Buffer.from(await exifBlock())
    const damage = fc.array(
      fc.tuple(fc.nat({ max: Math.max(exif.length, iptc.length) - 1 }), fc.nat({ max: 255 })),
      { minLength: 1, maxLength: 6 },
    )
    fc.assert(
      fc.property(damage, fc.nat({ max: exif.length }), (changes, cut) => {
        const blocks = [Buffer.from(exif), Buffer.from(iptc), Buffer.from(xmp)]
        for (const block of blocks)
          for (const [at, value] of changes) if (at < block.length) block[at] = value
        const [ex = exif, ip = iptc, x = iptc] = blocks
        const of = { exif: ex.subarray(0, Math.max(cut, 40)), iptc: ip, xmp: x.toString('latin1') }
        expect(JSON.stringify(detailsIn(of, 'all')).length).toBeLessThan(20_000)
      }),
      { numRuns: 10_000 },
    )
  })

  it('bounds what a block of nothing but texts can make it tell', () => {
    const long = Buffer.concat(Array.from({ length: 600 }, () => dataset(25, 'x'.repeat(30_000))))
    const { keywords = [] } = detailsIn({ iptc: long }, 'all')
    expect([keywords.length, Math.max(...keywords.map((word) => word.length))]).toEqual([64, 2_000])
    expect(detailsIn({ xmp: '<dc:subject><rdf:li>'.repeat(20_000) }, 'all')).toEqual({})
    expect(
      detailsIn({ xmp: `<dc:title>${'<rdf:li>a</rdf:li>'.repeat(10_000)}</dc:title>` }, 'all').title,
    ).toBe('a')
  })

  it('shows text on one line, without controls', () => {
    const told = detailsIn({ iptc: dataset(120, 'a\u0000b\r\nc\u202e\u0007d\ud83d') }, 'public')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(told.caption).not.toMatch(/[\u0000-\u001f\ufffd]/)
  })
})

describe('facts of the corpus', () => {
  itWithShared('never tell the place of a photo unless asked for', async () => {
    for (const name of ['gps-arezzo-10.jpg', 'gps-thompson.jpg', 'displayp3-iceland.jpg']) {
      const [none, open, all] = await Promise.all(
        (['none', 'public', 'all'] as const).map((details) => factsOf({ path: photos + name }, details)),
      )
      expect(none?.details).toBeUndefined()
      expect(JSON.stringify(open)).not.toMatch(/latitude|longitude|altitude|"city"|"country"|[sS]erial/)
      expect(open?.details).not.toHaveProperty('location')
      expect(all?.details?.location?.latitude).toBeGreaterThan(35)
    }
  })

  itWithShared('survive hostile EXIF', async () => {
    for (const name of readdirSync(hostile)) {
      const blocks = await blocksOf(hostile + name).catch(() => undefined)
      if (blocks !== undefined) expect(JSON.stringify(detailsIn(blocks, 'all')).length).toBeLessThan(20_000)
    }
  })

  itWithShared('say how many bits a channel has', async () => {
    const depthOf = async (name: string) =>
      (await probe({ kind: 'probe', source: { path: photos + name }, limits: defaultLimits })).depth
    expect(await depthOf('dahlia.jpg')).toBe(8)
    expect(await depthOf('png16-hlg-room.png')).toBe(16)
  })
})
