/** Pixels as tensors: interleaved bytes to planes of floats. */

/** What a channel's bytes become: `(byte − mean) / deviation`. */
export interface Normalisation {
  readonly mean: readonly [number, number, number]
  readonly deviation: readonly [number, number, number]
}

const plain: Normalisation = { mean: [0, 0, 0], deviation: [1, 1, 1] }

/**
 * Planes of a picture, one behind the other.
 * @param rgb interleaved RGB
 * @param order which channel each plane holds; the numbers of `normalisation` go with the planes
 */
export function planes(
  rgb: Uint8Array,
  order: 'rgb' | 'bgr',
  { mean, deviation }: Normalisation = plain,
): Float32Array<ArrayBuffer> {
  const count = rgb.length / 3
  const result = new Float32Array(rgb.length)
  for (const [plane, channel] of (order === 'rgb' ? [0, 1, 2] : [2, 1, 0]).entries()) {
    const shift = mean[plane] ?? 0
    const scale = deviation[plane] ?? 1
    for (let pixel = 0; pixel < count; pixel++) {
      result[plane * count + pixel] = ((rgb[pixel * 3 + channel] ?? 0) - shift) / scale
    }
  }
  return result
}
