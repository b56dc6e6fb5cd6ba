/** How like two pictures are, by their lightness: PSNR and SSIM, both without a rim of 8 px. */
import { sharp } from '../../packages/engine/src/sharp/setup.ts'

export interface Lightness {
  /** Y of BT.601, 0–255, row-major. */
  readonly values: Float64Array
  readonly width: number
  readonly height: number
}

const rim = 8

export async function lightnessOf(bytes: Uint8Array): Promise<Lightness> {
  const { data, info } = await sharp(bytes)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const values = Float64Array.from({ length: info.width * info.height }, (_, at) => {
    const [r = 0, g = 0, b = 0] = data.subarray(3 * at, 3 * at + 3)
    return 0.299 * r + 0.587 * g + 0.114 * b
  })
  return { values, width: info.width, height: info.height }
}

/** Decibels; both have one size. */
export function psnr(a: Lightness, b: Lightness): number {
  let [sum, count] = [0, 0]
  for (let y = rim; y < a.height - rim; y++) {
    for (let x = rim; x < a.width - rim; x++, count++) {
      sum += ((a.values[y * a.width + x] ?? 0) - (b.values[y * a.width + x] ?? 0)) ** 2
    }
  }
  return 10 * Math.log10((255 ** 2 * count) / sum)
}

/**
 * Mean over windows of 8×8 px, 4 px apart, all pixels of a window alike.
 * Source: Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment" (2004), with its K1 = 0.01 and K2 = 0.03
 */
export function ssim(a: Lightness, b: Lightness): number {
  const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2]
  let [sum, count] = [0, 0]
  for (let top = rim; top + 8 < a.height - rim; top += 4) {
    for (let left = rim; left + 8 < a.width - rim; left += 4, count++) {
      const { meanA, meanB, varianceA, varianceB, shared } = windowOf(a, b, left, top)
      sum +=
        ((2 * meanA * meanB + c1) * (2 * shared + c2)) /
        ((meanA ** 2 + meanB ** 2 + c1) * (varianceA + varianceB + c2))
    }
  }
  return sum / count
}

function windowOf(a: Lightness, b: Lightness, left: number, top: number) {
  let [sumA, sumB, squareA, squareB, product] = [0, 0, 0, 0, 0]
  for (let y = top; y < top + 8; y++) {
    for (let x = left; x < left + 8; x++) {
      const [one, other] = [a.values[y * a.width + x] ?? 0, b.values[y * b.width + x] ?? 0]
      sumA += one
      sumB += other
      squareA += one * one
      squareB += other * other
      product += one * other
    }
  }
  const [meanA, meanB] = [sumA / 64, sumB / 64]
  return {
    meanA,
    meanB,
    varianceA: squareA / 64 - meanA ** 2,
    varianceB: squareB / 64 - meanB ** 2,
    shared: product / 64 - meanA * meanB,
  }
}
