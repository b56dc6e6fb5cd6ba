/**
 * Pictures for black-box tests, made with sharp in the test process.
 *
 * They are smooth gradients with a seeded texture: they compress like photos, differ by seed (distinct content
 * hashes), and their corner colours are known, so that a test can tell a flip from a crop.
 */
import sharp, { type Sharp } from 'sharp'

export interface PictureOptions {
  readonly width?: number
  readonly height?: number
  /** Another seed gives other bytes. */
  readonly seed?: number
  /** Strength of the texture, 0–255: more makes larger files. */
  readonly noise?: number
}

/** A JPEG with left-to-right red and top-to-bottom green ramps. */
export async function generateJpeg(
  options: PictureOptions & { readonly quality?: number } = {},
): Promise<Buffer> {
  return pictureOf(options, 3)
    .jpeg({ quality: options.quality ?? 90 })
    .toBuffer()
}

/** A PNG of the same picture; with `alpha`, opacity falls from 255 on the left to 0 on the right. */
export async function generatePng(
  options: PictureOptions & { readonly alpha?: boolean } = {},
): Promise<Buffer> {
  return pictureOf(options, options.alpha === true ? 4 : 3)
    .png({ compressionLevel: 6 })
    .toBuffer()
}

function pictureOf(
  { width = 640, height = 480, seed = 1, noise = 12 }: PictureOptions,
  channels: 3 | 4,
): Sharp {
  const pixels = Buffer.allocUnsafe(width * height * channels)
  let state = (seed * 2_654_435_761) >>> 0 || 1
  let at = 0
  for (let y = 0; y < height; y++) {
    const green = (y * 255) / Math.max(1, height - 1)
    for (let x = 0; x < width; x++) {
      // xorshift32: cheap, and the same on every machine
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      const texture = (((state >>> 0) / 4_294_967_296) * 2 - 1) * noise
      const red = (x * 255) / Math.max(1, width - 1)
      pixels[at++] = clamp(red + texture)
      pixels[at++] = clamp(green + texture)
      pixels[at++] = clamp(((seed * 37) % 256) + texture)
      if (channels === 4) pixels[at++] = 255 - Math.round(red)
    }
  }
  return sharp(pixels, { raw: { width, height, channels } })
}

function clamp(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)))
}
