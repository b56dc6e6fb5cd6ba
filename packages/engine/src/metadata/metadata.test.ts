import { describe, expect, it } from 'vitest'
import { sharp } from '../sharp/setup.ts'
import { outputOf, transform } from '../testing/request.ts'
import { rightsInExif } from './exif.ts'
import { rightsInXmp } from './xmp.ts'

const rights = { Artist: 'Ada L.', Copyright: '2026 Ada (all of it)' }

/** A photo with everything a camera writes: place, maker, orientation, rights. */
async function photo(orientation = 1): Promise<Buffer> {
  const tags = Object.fromEntries(Object.entries(rights).map(([tag, text]) => [tag, `${text} (ASCII)`]))
  return sharp({ create: { width: 60, height: 40, channels: 3, background: '#884422' } })
    .jpeg()
    .withMetadata({ orientation })
    .withExifMerge({ IFD0: { ...tags, Make: 'Camera (ASCII)' }, IFD3: { GPSLatitudeRef: 'N (ASCII)' } })
    .toBuffer()
}

const packet = `<x:xmpmeta><rdf:RDF><rdf:Description>
  <dc:creator><rdf:Seq><rdf:li>Ada &amp; Co</rdf:li></rdf:Seq></dc:creator>
  <dc:rights><rdf:Alt><rdf:li xml:lang="x-default">Mine</rdf:li></rdf:Alt></dc:rights>
</rdf:Description></rdf:RDF></x:xmpmeta>`

describe('metadata of the output', () => {
  it('is dropped by default', async () => {
    const { bytes } = await transform(
      { bytes: await photo() },
      [{ op: 'resize', width: 30 }],
      outputOf('jpeg'),
    )
    const { exif, icc, xmp, iptc } = await sharp(bytes).metadata()
    expect([exif, icc, xmp, iptc]).toEqual([undefined, undefined, undefined, undefined])
  })

  for (const format of ['jpeg', 'png', 'webp', 'avif'] as const) {
    // One pass and a raw hand-over take different ways.
    for (const operations of [
      [{ op: 'resize', width: 30 }],
      [
        { op: 'blur', sigma: 1 },
        { op: 'resize', width: 30 },
      ],
    ] as const) {
      it(`keeps only the rights with policy copyright: ${format} after ${operations.length} operations`, async () => {
        const source = { bytes: await photo(6) }
        const { bytes } = await transform(source, operations, outputOf(format, { metadata: 'copyright' }))
        const { exif, orientation, width = 0, height = 0 } = await sharp(bytes).metadata()
        expect(rightsInExif(exif ?? new Uint8Array())).toEqual({
          artist: rights.Artist,
          copyright: rights.Copyright,
        })
        expect(exif?.includes('Camera')).toBe(false)
        expect(orientation ?? 1).toBe(1)
        expect(height).toBeGreaterThan(width)
      })

      it(`keeps everything with policy all: ${format} after ${operations.length} operations`, async () => {
        const source = { bytes: await photo(6) }
        const { bytes } = await transform(source, operations, outputOf(format, { metadata: 'all' }))
        const { exif, orientation, width = 0, height = 0, channels } = await sharp(bytes).metadata()
        expect(exif?.includes('Camera')).toBe(true)
        expect(orientation ?? 1).toBe(1)
        expect(height).toBeGreaterThan(width)
        expect(channels).toBe(3)
      })
    }
  }

  it('keeps the orientation tag when the pixels are not turned', async () => {
    const source = { bytes: await photo(6) }
    const { bytes } = await transform(source, [], outputOf('jpeg', { metadata: 'all' }), { orient: false })
    expect(await sharp(bytes).metadata()).toMatchObject({ orientation: 6, width: 60, height: 40 })
  })

  it('shows the same pixels whether metadata is kept or not', async () => {
    const source = { bytes: await photo(3) }
    const operations = [{ op: 'blur', sigma: 2 }, { op: 'flip' }, { op: 'resize', width: 50 }] as const
    const made = await Promise.all(
      (['none', 'all'] as const).map((metadata) =>
        transform(source, operations, outputOf('png', { metadata })),
      ),
    )
    const [without, withAll] = await Promise.all(made.map(({ bytes }) => sharp(bytes).raw().toBuffer()))
    expect(withAll?.equals(without ?? Buffer.alloc(0))).toBe(true)
  })
})

describe('rightsInExif', () => {
  it('is silent about damaged blocks', async () => {
    const { exif = Buffer.alloc(0) } = await sharp(await photo()).metadata()
    for (let length = 0; length < exif.length; length++) rightsInExif(exif.subarray(0, length))
    for (let seed = 0; seed < 500; seed++) {
      const broken = Buffer.from(exif)
      broken[(seed * 7) % exif.length] = (seed * 31) % 256
      rightsInExif(broken)
    }
    expect(rightsInExif(new Uint8Array())).toEqual({})
  })
})

describe('rightsInXmp', () => {
  it('reads creator and rights', () => {
    expect(rightsInXmp(packet)).toEqual({ artist: 'Ada & Co', copyright: 'Mine' })
  })

  it('is silent about anything else', () => {
    expect(rightsInXmp('')).toEqual({})
    expect(rightsInXmp('<dc:rights>'.repeat(10_000))).toEqual({})
    expect(rightsInXmp('<dc:rights><rdf:li></rdf:li></dc:rights>')).toEqual({})
  })
})
