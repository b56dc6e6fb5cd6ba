/** Test pictures: drawn ones, and real photos of the corpus where it is present, small enough to be quick. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { sharedDir } from '../../../../fixtures/shared.ts'
import { sharp } from '../sharp/setup.ts'

export interface Picture {
  readonly name: string
  readonly png: Uint8Array
}

const photos = [
  'landscape-rocks.jpg',
  'tourist-arches.jpg',
  'kodim23.png',
  'gopher-alpha.png',
  'chelsea.png',
  'gray-generic.jpg',
  'screenshot-ui.png',
  'woman-red-background.jpg',
] as const

/** Pictures of about 0.1 MP; the first has no alpha, the second has. */
export async function pictures(): Promise<readonly [Picture, Picture, ...Picture[]]> {
  const found = photos
    .map((name) => ({ name, path: join(sharedDir ?? '', 'images/dev/photos', name) }))
    .filter(({ path }) => sharedDir !== undefined && existsSync(path))
  const real = found.map(async ({ name, path }) => ({
    name,
    png: await sharp(path).resize(300, 240, { fit: 'inside' }).png().toBuffer(),
  }))
  const drawn: [Promise<Picture>, ...Promise<Picture>[]] = [
    draw('waves', 320, 240, 3),
    draw('waves with alpha', 300, 220, 4),
    draw('odd size', 301, 203, 3),
  ]
  const all = await Promise.all([...drawn, ...real])
  return all as [Picture, Picture, ...Picture[]]
}

/** A picture with soft alpha to lay over others, under the key of `{ asset: 'logo.png' }`. */
export async function logo(): Promise<Readonly<Record<string, { readonly bytes: Uint8Array }>>> {
  const { png } = await draw('logo', 60, 44, 4)
  return { '{"asset":"logo.png"}': { bytes: png } }
}

/** Soft gradients, a hard-edged disc and a few thin lines; alpha fades from left to right. */
async function draw(name: string, width: number, height: number, channels: 3 | 4): Promise<Picture> {
  const data = Buffer.alloc(width * height * channels)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * channels
      const isDisc = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (height / 4) ** 2
      const isLine = x % 40 === 0 || y % 50 === 0
      data[at] = 60 + (120 * x) / width + 20 * Math.sin(y / 9)
      data[at + 1] = isDisc ? 210 : 70 + 40 * Math.sin(x / 13)
      data[at + 2] = isLine ? 230 : 40 + (150 * y) / height
      if (channels === 4) data[at + 3] = isDisc ? 255 : 40 + (200 * x) / width
    }
  }
  return { name, png: await sharp(data, { raw: { width, height, channels } }).png().toBuffer() }
}
