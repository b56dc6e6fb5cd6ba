import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Format } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { itWithShared, sharedDir } from '../../../../fixtures/shared.ts'
import { sharp } from '../sharp/setup.ts'
import { animation } from '../testing/animation.ts'
import { pictures } from '../testing/pictures.ts'
import { outputOf, transform } from '../testing/request.ts'

const [{ png }, { png: transparent }] = await pictures()

const corpus = [
  'landscape-rocks.jpg',
  'tourist-arches.jpg',
  'kodim23.png',
  'kodim04.png',
  'butterfly.jpg',
  'casino-night.jpg',
  'dahlia.jpg',
  'fig-bowl.jpg',
  'frog.jpg',
  'stonehenge.jpg',
  'gopher-alpha.png',
  'screenshot-ui.png',
]
const budgets = [1_200, 3_000, 8_000, 20_000]

describe('a byte budget', () => {
  for (const format of ['jpeg', 'webp', 'avif', 'png', 'gif'] as const) {
    itWithShared(
      `is kept and filled by few encodings: ${format}`,
      async () => {
        const counts: number[] = []
        for (const name of corpus) {
          const bytes = readFileSync(join(sharedDir ?? '', 'images/dev/photos', name))
          const source = await sharp(bytes).rotate().resize(220, 220, { fit: 'inside' }).png().toBuffer()
          for (const maxBytes of budgets) {
            const output = outputOf(format, { quality: 95, maxBytes })
            const made = await transform({ bytes: source }, [], output)
            counts.push(made.encodes ?? 0)
            expect(made.bytes.length).toBeLessThanOrEqual(maxBytes)
            if (made.bytes.length < 0.9 * maxBytes) await expectNextStepOver(source, format, made, maxBytes)
          }
        }
        counts.sort((a, b) => a - b)
        expect(counts.at(-1)).toBeLessThanOrEqual(8)
        expect(counts[Math.floor(counts.length * 0.9)]).toBeLessThanOrEqual(6)
      },
      60_000,
    )
  }

  it.each(['jpeg', 'webp', 'avif', 'jxl', 'png', 'tiff'] as const)(
    'holds for %s with alpha',
    async (format) => {
      const { bytes } = await transform({ bytes: transparent }, [], outputOf(format, { maxBytes: 2_500 }))
      expect(bytes.length).toBeLessThanOrEqual(2_500)
      expect(bytes.length).toBeGreaterThan(2_500 * 0.8)
    },
  )

  it.each(['gif', 'webp'] as const)('holds for an animated %s, frames kept', async (format) => {
    const source = { bytes: await animation('gif') }
    const resize = { op: 'resize', width: 400, kernel: 'cubic' } as const
    const full = await transform(source, [resize], outputOf(format))
    const maxBytes = Math.floor(full.bytes.length * 0.5)
    const made = await transform(source, [resize], outputOf(format, { maxBytes }))
    expect(made.bytes.length).toBeLessThanOrEqual(maxBytes)
    expect(made.pages).toBe(3)
    expect((await sharp(made.bytes, { pages: -1 }).metadata()).pages).toBe(3)
  })

  it('counts the metadata', async () => {
    const photo = await sharp(png)
      .jpeg()
      .withExif({ IFD0: { Artist: `${'Ada '.repeat(300)}(ASCII)` } })
      .toBuffer()
    const output = outputOf('jpeg', { maxBytes: 5_000, metadata: 'all' })
    const { bytes } = await transform({ bytes: photo }, [], output)
    expect(bytes.length).toBeLessThanOrEqual(5_000)
    expect((await sharp(bytes).metadata()).exif?.length).toBeGreaterThan(1_200)
  })

  it('changes nothing when the file fits anyway', async () => {
    const plain = await transform({ bytes: png }, [], outputOf('webp', { quality: 70 }))
    const made = await transform({ bytes: png }, [], outputOf('webp', { quality: 70, maxBytes: 100_000 }))
    expect(Buffer.from(made.bytes).equals(plain.bytes)).toBe(true)
    expect(made).toMatchObject({ encodes: 1, quality: 70 })
  })

  it('reduces the size of what has no quality, and not the quality of what is lossless', async () => {
    const full = await transform({ bytes: png }, [], outputOf('webp', { lossless: true }))
    const maxBytes = Math.floor(full.bytes.length / 2)
    const made = await transform({ bytes: png }, [], outputOf('webp', { lossless: true, maxBytes }))
    expect(made.width).toBeLessThan(full.width)
    expect(made.quality).toBeUndefined()
    expect((await sharp(made.bytes).metadata()).width).toBe(made.width)
  })

  it('is refused when nothing is small enough, with what was reached', async () => {
    const made = transform({ bytes: png }, [], outputOf('jpeg', { maxBytes: 200 }))
    await expect(made).rejects.toMatchObject({
      code: 'operation/impossible',
      status: 422,
      members: { maxBytes: 200, smallestBytes: expect.any(Number), width: 16 },
    })
  })
})

/** A result that leaves room must have been stopped by the next step: one more quality, or one more pixel. */
async function expectNextStepOver(
  source: Uint8Array,
  format: Format,
  made: { readonly quality?: number; readonly width: number; readonly height: number },
  maxBytes: number,
): Promise<void> {
  const { width = 0, height = 0 } = await sharp(source).metadata()
  if (made.width === width && (made.quality === undefined || made.quality === 95)) return
  const isWhole = made.width === width && made.height === height
  const longer = Math.max(made.width, made.height) + (isWhole ? 0 : 1)
  const resize = { op: 'resize', width: longer, height: longer, fit: 'inside' } as const
  const quality = made.quality === undefined ? {} : { quality: made.quality + (isWhole ? 1 : 0) }
  const next = await transform({ bytes: source }, isWhole ? [] : [resize], outputOf(format, quality))
  expect(next.bytes.length).toBeGreaterThan(maxBytes)
}
