/** What a network drew, as pixels, and its way into an exact enlargement. */
import type { Box } from '@fovea/core/model'
import { fullOf, type Pixels } from './pixels.ts'
import { lumaOf } from './soft-edge.ts'

/** RGB of 16 bit, from planes of values that lie about 0–1. */
export function pixelsFromPlanes(planes: Float32Array, width: number, height: number): Pixels {
  const count = width * height
  const data = new Uint16Array(count * 3)
  for (let channel = 0; channel < 3; channel++) {
    for (let at = 0, to = channel; at < count; at++, to += 3) {
      const value = planes[channel * count + at] ?? 0
      data[to] = value <= 0 ? 0 : value >= 1 ? 65_535 : value * 65_535 + 0.5
    }
  }
  return { data, width, height, channels: 3 }
}

/**
 * Mixes `amount` (0–1) of a drawn tile into the box of `exact` that is its own; alpha stays. Changes `exact`.
 * @param drawn RGB of 16 bit
 * @param at where the tile's top left corner lies in `exact`
 */
export function mixDrawn(
  exact: Pixels,
  drawn: Pixels,
  { box, at, amount }: { readonly box: Box; readonly at: Pick<Box, 'left' | 'top'>; readonly amount: number },
): void {
  const { data, channels } = exact
  const full = fullOf(data)
  const scale = full / 65_535
  const mixed = (old: number, value: number) => old + (value * scale - old) * amount + 0.5
  for (let y = box.top; y < box.top + box.height; y++) {
    let from = ((y - at.top) * drawn.width + box.left - at.left) * 3
    let to = (y * exact.width + box.left) * channels
    for (let x = 0; x < box.width; x++, from += 3, to += channels) {
      const [r, g, b] = [drawn.data[from] ?? 0, drawn.data[from + 1] ?? 0, drawn.data[from + 2] ?? 0]
      if (channels === 1) {
        data[to] = mixed(data[to] ?? 0, lumaOf(r, g, b))
      } else {
        data[to] = mixed(data[to] ?? 0, r)
        data[to + 1] = mixed(data[to + 1] ?? 0, g)
        data[to + 2] = mixed(data[to + 2] ?? 0, b)
      }
    }
  }
}
