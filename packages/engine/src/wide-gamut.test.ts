/** Colours beyond sRGB reach the output when Display P3 is asked for, and nothing else changes. */
import { join } from 'node:path'
import { defaultLimits, type Format, type OperationInput } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { itWithShared, sharedDir } from '../../../fixtures/shared.ts'
import { carry } from './metadata/carrier.ts'
import { isWideProfile } from './metadata/profile.ts'
import { open } from './open.ts'
import { profileNamed } from './sharp/profiles.ts'
import { sharp } from './sharp/setup.ts'
import { outputOf, transform } from './testing/request.ts'

const photos = join(sharedDir ?? '', 'images/dev/photos')
const size = { width: 40, height: 30 }
const formats = ['jpeg', 'png', 'webp', 'avif', 'tiff'] as const satisfies readonly Format[]
/** A green that sRGB does not hold, in the values of Display P3. */
const green = [20, 250, 30] as const

/** A picture of one colour in these values of Display P3. */
async function plain(values: readonly number[], depth: 8 | 16 = 8): Promise<Uint8Array> {
  const length = size.width * size.height * values.length
  const full = depth === 16 ? 257 : 1
  const made = Array.from({ length }, (_, at) => (values[at % values.length] ?? 0) * full)
  const data = depth === 16 ? Uint16Array.from(made) : Uint8Array.from(made)
  const channels = values.length === 4 ? 4 : 3
  return carry({ ...size, data, channels }, { icc: await profileNamed('p3') })
}

/** Values of the first pixel, as they stand in the file. */
async function valuesIn(bytes: Uint8Array): Promise<readonly number[]> {
  const data = await sharp(bytes, { ignoreIcc: true }).toColourspace('srgb').removeAlpha().raw().toBuffer()
  return [...data.subarray(0, 3)]
}

function near(values: readonly number[], wanted: readonly number[], tolerance: number): void {
  for (const [index, value] of values.entries()) {
    expect(Math.abs(value - (wanted[index] ?? 0)), `${values} for ${wanted}`).toBeLessThanOrEqual(tolerance)
  }
}

const pipelines: readonly (readonly [string, readonly OperationInput[]])[] = [
  ['nothing', []],
  ['a resize', [{ op: 'resize', width: 20 }]],
  [
    'a crop, a blur and a turn',
    [
      { op: 'crop', aspect: '1:1' },
      { op: 'blur', sigma: 2 },
      { op: 'rotate', angle: 90 },
    ],
  ],
  ['steps on pixels', [{ op: 'invert' }, { op: 'resize', width: 20 }, { op: 'invert' }]],
]

describe('Display P3', () => {
  for (const [name, pipeline] of pipelines) {
    for (const depth of [8, 16] as const) {
      it(`keeps a colour beyond sRGB in every format through ${name}, ${depth} bit`, async () => {
        const source = { bytes: await plain(green, depth) }
        for (const format of formats) {
          const output = outputOf(format, { colorSpace: 'p3', quality: 100 })
          const { bytes } = await transform(source, pipeline, output)
          const { icc } = await sharp(bytes).metadata()
          expect(isWideProfile(icc)).toBe(true)
          near(await valuesIn(bytes), green, 3)
        }
      })
    }
  }

  it('is written into a JPEG XL with its profile', async () => {
    const made = await transform(
      { bytes: await plain(green) },
      [],
      outputOf('jxl', { colorSpace: 'p3', lossless: true }),
    )
    expect((await open({ bytes: made.bytes }, defaultLimits)).facts.format).toBe('jxl')
    const back = await transform({ bytes: made.bytes }, [], outputOf('png', { colorSpace: 'p3' }))
    near(await valuesIn(back.bytes), green, 4)
  })

  it('is not used unless it is asked for, nor for a source in sRGB or grey', async () => {
    const asked = outputOf('png', { colorSpace: 'p3' })
    const wide = await transform({ bytes: await plain(green) }, [], outputOf('png'))
    const grey = await transform({ bytes: await plain(green) }, [{ op: 'grayscale' }], asked)
    const srgb = await sharp({ create: { ...size, channels: 3, background: '#12fa1e' } })
      .withIccProfile('srgb')
      .png()
      .toBuffer()
    const narrow = await transform({ bytes: srgb }, [], asked)
    for (const { bytes } of [wide, grey, narrow]) {
      expect((await sharp(bytes).metadata()).icc).toBeUndefined()
    }
    near(await valuesIn(wide.bytes), [0, 252, 0], 4)
    near(await valuesIn(narrow.bytes), [0x12, 0xfa, 0x1e], 1)
  })

  it('shows colours of operations as they are in sRGB', async () => {
    const red: readonly (readonly [OperationInput, readonly number[]])[] = [
      [{ op: 'extend', left: 5, background: '#ff0000' }, [255, 0, 0]],
      [{ op: 'duotone', shadow: '#ff0000', highlight: '#ff0000' }, [255, 0, 0]],
      [{ op: 'gradientMap', colors: ['#ff0000', '#ff0000'] }, [255, 0, 0]],
      [{ op: 'text', text: 'x', background: '#ff0000', position: 'top-left', padding: 0 }, [255, 0, 0]],
      [
        { op: 'text', text: '█', color: '#ff0000', position: 'center', fontSize: 200, overflow: 'cut' },
        [255, 0, 0],
      ],
    ]
    for (const depth of [8, 16] as const) {
      for (const [operation, wanted] of red) {
        const source = { bytes: await plain(green, depth) }
        const made = await transform(source, [operation], outputOf('png', { colorSpace: 'p3' }))
        const shown = await sharp(made.bytes)
          .withIccProfile('srgb')
          .toColourspace('srgb')
          .removeAlpha()
          .raw()
          .toBuffer()
        near([...shown.subarray(0, 3)], wanted, 4)
        // In sRGB a source of 16 bit must not bend them either.
        const narrow = await transform(source, [operation], outputOf('png'))
        near(await valuesIn(narrow.bytes), wanted, 1)
      }
    }
  })

  it('goes with metadata of every policy', async () => {
    for (const metadata of ['copyright', 'all'] as const) {
      const output = outputOf('jpeg', { colorSpace: 'p3', metadata, quality: 100 })
      const { bytes } = await transform({ bytes: await plain(green) }, [{ op: 'resize', width: 20 }], output)
      expect(isWideProfile((await sharp(bytes).metadata()).icc)).toBe(true)
      near(await valuesIn(bytes), green, 3)
    }
  })

  it('is refused for a format without profiles', async () => {
    const source = { bytes: await plain(green) }
    await expect(transform(source, [], outputOf('gif', { colorSpace: 'p3' }))).rejects.toMatchObject({
      code: 'format/unavailable',
    })
  })

  // The reference is one conversion by Little CMS of the whole picture, at the size it has.
  for (const name of [
    'p3-color-ring.png',
    'adobe-rgb-rocket.jpg',
    'displayp3-iceland.jpg',
    'prophoto-nebula.jpg',
  ]) {
    itWithShared(`${name} keeps colours that sRGB clips`, async () => {
      const path = join(photos, name)
      const made = await transform({ path }, [], outputOf('png', { colorSpace: 'p3' }))
      const clipped = await transform({ path }, [], outputOf('png'))
      const wanted = await pixelsInP3(path)
      const inSrgb = await sharp(clipped.bytes).withIccProfile('p3').removeAlpha().raw().toBuffer()
      const got = await sharp(made.bytes, { ignoreIcc: true }).removeAlpha().raw().toBuffer()
      expect(worst(got, wanted)).toBeLessThanOrEqual(1)
      expect(worst(inSrgb, wanted)).toBeGreaterThan(10)
    })
  }
})

function pixelsInP3(path: string): Promise<Buffer> {
  return sharp(path, { ignoreIcc: true }).withIccProfile('p3').removeAlpha().raw().toBuffer()
}

function worst(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  let most = 0
  for (let at = 0; at < a.length; at++) most = Math.max(most, Math.abs((a[at] ?? 0) - (b[at] ?? 0)))
  return most
}
