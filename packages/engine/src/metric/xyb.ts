/**
 * sRGB pixels to linear light, to half size, and to the colour space XYB in which errors are measured.
 *
 * XYB models the eye's cones: a logarithm-like root of three absorptions, of which X is red against green, Y
 * brightness and B blue. Source: JPEG XL, ISO/IEC 18181-1 annex L; offsets that make all values positive as
 * SSIMULACRA 2 takes them.
 */
import { toLinear } from '@fovea/core/model'

/** Row-major samples of one colour. */
export type Plane = Float32Array

export interface Planes {
  readonly width: number
  readonly height: number
  readonly planes: readonly [Plane, Plane, Plane]
}

/** 8-bit sRGB, 1, 3 or 4 channels (straight alpha). */
export interface Picture {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3 | 4
}

const linear = Float32Array.from({ length: 256 }, (_, value) => toLinear(value / 255))
/** What transparent pixels are seen on: middle grey shows both dark and light edges. */
const backdrop = 0.5

export function linearPlanes({ data, width, height, channels }: Picture): Planes {
  const count = width * height
  const planes: [Plane, Plane, Plane] = [
    new Float32Array(count),
    new Float32Array(count),
    new Float32Array(count),
  ]
  for (const [channel, plane] of planes.entries()) {
    const first = channels === 1 ? 0 : channel
    for (let at = 0, from = first; at < count; at++, from += channels) {
      plane[at] = linear[data[from] ?? 0] ?? 0
    }
    if (channels !== 4) continue
    for (let at = 0; at < count; at++) {
      const alpha = (data[4 * at + 3] ?? 0) / 255
      plane[at] = (plane[at] ?? 0) * alpha + backdrop * (1 - alpha)
    }
  }
  return { width, height, planes }
}

/** Every 2 × 2 pixels as their mean; an odd last row or column counts twice. */
export function halved({ width, height, planes }: Planes): Planes {
  const across = Math.ceil(width / 2)
  const down = Math.ceil(height / 2)
  const half = (plane: Plane): Plane => {
    const out = new Float32Array(across * down)
    for (let y = 0; y < down; y++) {
      const upper = 2 * y * width
      const lower = Math.min(2 * y + 1, height - 1) * width
      for (let x = 0; x < across; x++) {
        const left = 2 * x
        const right = Math.min(left + 1, width - 1)
        const sum =
          (plane[upper + left] ?? 0) +
          (plane[upper + right] ?? 0) +
          (plane[lower + left] ?? 0) +
          (plane[lower + right] ?? 0)
        out[y * across + x] = sum / 4
      }
    }
    return out
  }
  return {
    width: across,
    height: down,
    planes: [half(planes[0]), half(planes[1]), half(planes[2])],
  }
}

const bias = 0.0037930732552754493
const biasRoot = Math.cbrt(bias)

/** X, Y and B − Y, moved and stretched to about 0–1. */
export function xybOf({ width, height, planes: [reds, greens, blues] }: Planes): Planes {
  const count = width * height
  const [xs, ys, bs] = [new Float32Array(count), new Float32Array(count), new Float32Array(count)]
  for (let at = 0; at < count; at++) {
    const [red, green, blue] = [reds[at] ?? 0, greens[at] ?? 0, blues[at] ?? 0]
    const long = Math.cbrt(0.3 * red + 0.622 * green + 0.078 * blue + bias) - biasRoot
    const middle = Math.cbrt(0.23 * red + 0.692 * green + 0.078 * blue + bias) - biasRoot
    const short =
      Math.cbrt(
        0.24342268924547819 * red +
          0.20476744424496821 * green +
          (1 - 0.24342268924547819 - 0.20476744424496821) * blue +
          bias,
      ) - biasRoot
    const brightness = (long + middle) / 2
    xs[at] = 7 * (long - middle) + 0.42
    ys[at] = brightness + 0.01
    bs[at] = short - brightness + 0.55
  }
  return { width, height, planes: [xs, ys, bs] }
}
