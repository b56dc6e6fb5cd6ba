/** Every good file of the shared corpus in a format we read decodes to the picture its manifest describes. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formats, isFormat } from '@fovea/core'
import { describe, expect } from 'vitest'
import { itWithShared, sharedDir } from '../../../fixtures/shared.ts'
import { sharp } from './sharp/setup.ts'
import { outputOf, transform } from './testing/request.ts'

interface Row {
  readonly file: string
  readonly name: string
  readonly format: string
  readonly expected: string
  readonly width: number
  readonly height: number
  readonly grid8?: readonly number[]
  readonly grid8Tolerance?: 'tight' | 'medium' | 'loose'
}

/** images/README.md: tight is 6 through a lossless path; loose may also be "not blank". */
const tolerances = { tight: 6, medium: 20, loose: 60 } as const

/**
 * Read here as its format says, and mirrored by the decoder (ImageMagick 6.9) that described it: that one ignores
 * the bit for rows that begin at the right.
 */
const mirrored: ReadonlySet<string> = new Set(['tga/top_right.tga'])

/** Files that were described by something else than their picture, with what it was. */
const misdescribed: ReadonlyMap<string, string> = new Map([
  ['heic/C007.heic', 'the first picture in the file, which is not the primary one'],
  ['jxl/16-bpp.jxl', 'its sRGB values in Display P3, where sharp works on 16 bit (see `image.ts`)'],
])

const largePixels = 4_000_000

const rows = sharedDir === undefined ? [] : ['photos', 'formats'].flatMap(goodRows)

describe('good files of the corpus', () => {
  itWithShared('are found', () => {
    expect(rows.length).toBeGreaterThan(100)
  })

  for (const row of rows) {
    itWithShared(`${row.name} is ${row.width}×${row.height} and looks as described`, async () => {
      // Large photos are asked for smaller: the path of real requests, and a tenth of the time.
      const isLarge = row.width * row.height > largePixels
      const operations = isLarge ? [{ op: 'resize', width: 1600 } as const] : []
      const output = outputOf('png', { animated: false })
      const { bytes, width, height } = await transform({ path: row.file }, operations, output)
      const scale = isLarge ? 1600 / row.width : 1
      expect([width, height]).toEqual([Math.round(row.width * scale), Math.round(row.height * scale)])
      const shown = mirrored.has(row.name) ? await sharp(bytes).flop().png().toBuffer() : bytes
      const grid = await grid8(shown)
      const differences = grid.map((value, index) => Math.abs(value - (row.grid8?.[index] ?? value)))
      expect(Math.max(...differences)).toBeLessThanOrEqual(tolerances[row.grid8Tolerance ?? 'loose'])
    })
  }
})

function goodRows(folder: string): readonly Row[] {
  const base = join(sharedDir ?? '', 'images/dev', folder)
  const manifest = JSON.parse(readFileSync(join(base, 'MANIFEST.json'), 'utf8')) as readonly Row[]
  return manifest.filter(isReadable).map((row) => ({ ...row, name: row.file, file: join(base, row.file) }))
}

function isReadable({ file, format, expected }: Row): boolean {
  return expected === 'ok' && isFormat(format) && formats[format].decode && !misdescribed.has(file)
}

/** Mean colour of each of 8×8 cells, row-major, over white. */
async function grid8(png: Uint8Array): Promise<readonly number[]> {
  const { data, info } = await sharp(png)
    .flatten({ background: '#fff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const [rowsAt, columnsAt] = [spans(info.height), spans(info.width)]
  const means: number[] = []
  for (let cell = 0; cell < 64; cell++) {
    const [top, bottom] = rowsAt[cell >> 3] ?? [0, 0]
    const [left, right] = columnsAt[cell & 7] ?? [0, 0]
    const sums = [0, 0, 0]
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        for (let channel = 0; channel < 3; channel++) {
          sums[channel] = (sums[channel] ?? 0) + (data[(y * info.width + x) * info.channels + channel] ?? 0)
        }
      }
    }
    const count = (bottom - top) * (right - left)
    means.push(...sums.map((sum) => sum / count))
  }
  return means
}

/** Begin and end of each eighth; at least one pixel where the image is smaller than the grid. */
function spans(length: number): readonly (readonly [number, number])[] {
  return Array.from({ length: 8 }, (_, index) => {
    const begin = Math.floor((index * length) / 8)
    return [begin, Math.max(begin + 1, Math.floor(((index + 1) * length) / 8))]
  })
}
