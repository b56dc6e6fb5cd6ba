/**
 * Source photos for the benchmarks: real camera files where the shared corpus is beside the checkout, otherwise
 * a generated picture with photo-like noise (sharp edges, gradients, grain), so that the bench runs anywhere.
 */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'

const corpus = fileURLToPath(new URL('../../../shared/images/dev/photos/', import.meta.url))

export interface BenchPhoto {
  readonly path: string
  readonly megapixels: number
  readonly origin: 'camera' | 'generated'
}

/** A baseline JPEG of 12 MP. */
export async function photo12(workDir: string): Promise<BenchPhoto> {
  return photo('red-car-12mp.jpg', 4272, 2848, workDir)
}

/** JPEGs from 12 to 24 MP. */
export async function photos12to24(workDir: string): Promise<readonly BenchPhoto[]> {
  return Promise.all([
    photo('red-car-12mp.jpg', 4272, 2848, workDir),
    photo('tower-16mp.jpg', 4896, 3264, workDir),
    photo('barista-24mp.jpg', 6000, 4000, workDir),
  ])
}

/** The same JPEG as another file: with a comment behind the first marker, which decoders skip. */
export function distinctJpeg(jpeg: Buffer, comment: string): Buffer {
  const text = Buffer.from(comment)
  const segment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, text.length + 2]), text])
  return Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)])
}

async function photo(name: string, width: number, height: number, workDir: string): Promise<BenchPhoto> {
  const megapixels = (width * height) / 1e6
  const real = join(corpus, name)
  if (existsSync(real)) return { path: real, megapixels, origin: 'camera' }
  await mkdir(workDir, { recursive: true })
  const path = join(workDir, name)
  const noise = { type: 'gaussian', mean: 128, sigma: 24 } as const
  const grain = await sharp({ create: { width, height, channels: 3, background: '#808080', noise } })
    .png()
    .toBuffer()
  const shapes = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="#123"/><stop offset="1" stop-color="#fc8"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#g)" opacity=".8"/>${Array.from({ length: 200 }, (_, i) => `<circle cx="${(i * 977) % width}" cy="${(i * 613) % height}" r="${20 + ((i * 37) % 180)}" fill="hsl(${(i * 47) % 360} 60% 50%)" opacity=".6"/>`).join('')}</svg>`
  await sharp(grain)
    .composite([{ input: Buffer.from(shapes) }])
    .jpeg({ quality: 92 })
    .toFile(path)
  return { path, megapixels, origin: 'generated' }
}
