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

/** Every geometric operation with a value or more that is not the same on both axes. */
const geometric: readonly OperationInput[] = [
  { op: 'resize', width: '37%' },
  { op: 'resize', width: 130, aspect: '1:1', position: { x: 0.2, y: 0.9 } },
  { op: 'resize', height: 90, maxWidth: 70, position: { left: 40, top: 9 } },
  { op: 'resize', width: 200, height: 60, fit: 'fill' },
  { op: 'resize', width: 90, height: 200, fit: 'inside', minWidth: 100 },
  { op: 'resize', width: 90, height: 80, fit: 'outside' },
  { op: 'resize', width: 90, height: 200, fit: 'auto' },
  { op: 'resize', width: 500, height: 500, upscale: false, position: 'right' },
  { op: 'resize', width: 120, height: 120, fit: 'contain', fill: 'mirror', position: 'top' },
  { op: 'resize', width: 150, height: 60, fit: 'contain', fill: 'blur', fillBlur: 8 },
  { op: 'resize', width: 60, height: 100, position: 'attention' },
  { op: 'crop', left: '10%', top: 31, right: 17, bottom: '20%' },
  { op: 'crop', width: 100, height: 90, position: 'bottom-left', offsetX: 9, offsetY: '10%' },
  { op: 'crop', aspect: '3:4', zoom: 1.4, position: { x: 0.7, y: 0.2 } },
  { op: 'crop', width: 9, height: 9, position: 'entropy' },
  { op: 'crop', left: 200, top: 100, width: 999, height: 999, outside: 'clip' },
  { op: 'rotate', angle: 270 },
  { op: 'rotate', angle: 17, background: '#808080' },
  { op: 'rotate', angle: -8, corners: 'zoom' },
  { op: 'flip' },
  { op: 'flop' },
  { op: 'orient', orientation: 7 },
  { op: 'extend', left: 5, top: 30, background: '#20c040' },
  { op: 'extend', right: 25, bottom: 4, fill: 'copy' },
  { op: 'pad', aspect: '1:1', position: 'bottom', background: 'dominant' },
  { op: 'pad', width: '110%', height: 300, fill: 'mirror' },
  { op: 'border', width: 4, left: 20, color: 'navy' },
  { op: 'border', width: 4, top: 20, color: 'navy', inside: true, radius: '30%' },
  { op: 'roundCorners', topLeft: 60, bottomRight: '20%' },
  { op: 'mask', shape: 'circle' },
  { op: 'trim', threshold: 60 },
  { op: 'convert', format: 'jpeg' },
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

  it.each(geometric)('is applied before %j', async (operation) => {
    const [upright, ...others] = await Promise.all(twins.map((bytes) => rasterOf(bytes, [operation], 'png')))
    for (const [index, other] of others.entries()) {
      const { sizes, mean, p999 } = differenceOf(upright as Raster, other)
      const about = `tag ${tags[index + 1]}`
      expect(sizes[1], about).toBe(sizes[0])
      // Shrinking comes before the turn, and rounds on its other side.
      expect(mean, about).toBeLessThanOrEqual(1)
      expect(p999, about).toBeLessThanOrEqual(8)
    }
  })

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
