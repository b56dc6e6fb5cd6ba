/** A turned photo is the same picture as its upright twin, whatever is asked of it. */
import { join } from 'node:path'
import { defaultLimits, type OperationInput } from '@fovea/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { itWithShared, sharedDir } from '../../../fixtures/shared.ts'
import { execute } from './execute.ts'
import type { Raster } from './image.ts'
import { open } from './open.ts'
import { sharp } from './sharp/setup.ts'
import { differenceOf } from './testing/difference.ts'
import { pictures } from './testing/pictures.ts'
import { outputOf, transform } from './testing/request.ts'

const tags = [1, 2, 3, 4, 5, 6, 7, 8] as const

const pipelines: readonly (readonly [string, readonly OperationInput[]])[] = [
  ['nothing', []],
  ['a width', [{ op: 'resize', width: 90 }]],
  ['a cover', [{ op: 'resize', width: 100, height: 40, position: 'top-left' }]],
  ['a contain', [{ op: 'resize', width: 100, height: 100, fit: 'contain', background: 'white' }]],
  ['an enlargement', [{ op: 'resize', width: 500 }]],
  [
    'a crop and a width',
    [
      { op: 'crop', left: 30, top: 10, width: 120, height: 140 },
      { op: 'resize', width: 60 },
    ],
  ],
  [
    'a turn',
    [
      { op: 'rotate', angle: 90 },
      { op: 'resize', width: 70 },
    ],
  ],
  ['a flip and a border', [{ op: 'flip' }, { op: 'extend', left: 12, background: '#336699' }]],
  ['blur, crop, grey', [{ op: 'blur', sigma: 2 }, { op: 'crop', aspect: '1:1' }, { op: 'grayscale' }]],
]

let twins: readonly Uint8Array[]

/** The upright picture stored in the eight ways, losslessly. */
beforeAll(async () => {
  const [{ png }] = await pictures()
  twins = await Promise.all(tags.map((tag) => stored(png, tag)))
})

describe('EXIF orientation', () => {
  for (const [name, pipeline] of pipelines) {
    for (const format of ['png', 'avif', 'tiff'] as const) {
      it(`is applied before ${name}, to ${format}`, async () => {
        const [upright, ...others] = await Promise.all(
          twins.map((bytes) => rasterOf(bytes, pipeline, format)),
        )
        for (const [index, other] of others.entries()) {
          const difference = differenceOf(upright as Raster, other)
          expect(difference, `tag ${tags[index + 1]}`).toMatchObject({ isSame: true })
          // AVIF's blocks lie differently; through a lossless format only the resampler's rounding remains.
          expect(difference.mean).toBeLessThan(format === 'avif' ? 2.5 : 1.2)
        }
      })
    }
  }

  it('is left alone when the request says so', async () => {
    const made = await transform({ bytes: twins[5] as Uint8Array }, [], outputOf('png'), { orient: false })
    expect(made).toMatchObject({ width: 240, height: 320 })
  })

  for (const shape of ['landscape', 'portrait'] as const) {
    itWithShared(`stands photos upright while shrinking on load: ${shape}`, async () => {
      const path = (tag: number) => join(sharedDir ?? '', `images/dev/photos/ori-${shape}-${tag}.jpg`)
      const pipeline = [{ op: 'resize', width: 120, height: 100 }] as const
      const upright = await rasterOf({ path: path(1) }, pipeline, 'png')
      for (const tag of tags) {
        const turned = await rasterOf({ path: path(tag) }, pipeline, 'png')
        expect(differenceOf(upright, turned).mean, `tag ${tag}`).toBeLessThan(4)
      }
    })
  }
})

async function rasterOf(
  source: Uint8Array | { path: string },
  pipeline: readonly OperationInput[],
  format: 'png' | 'avif' | 'tiff',
): Promise<Raster> {
  const from = source instanceof Uint8Array ? { bytes: source } : source
  const { bytes } = await transform(from, pipeline, outputOf(format, { quality: 90 }))
  return execute([], await open({ bytes }, defaultLimits))
}

/** The pixels moved so that the tag's moves bring them back. Source: EXIF 2.32, tag 0x0112 */
async function stored(png: Uint8Array, tag: number): Promise<Uint8Array> {
  const turned: Readonly<Record<number, number>> = { 3: 180, 4: 180, 5: 270, 6: 270, 7: 90, 8: 90 }
  const isMirrored = [2, 4, 5, 7].includes(tag)
  const mirrored = isMirrored ? await sharp(png).flop().png().toBuffer() : png
  return sharp(mirrored)
    .rotate(turned[tag] ?? 0)
    .withMetadata({ orientation: tag })
    .png()
    .toBuffer()
}
