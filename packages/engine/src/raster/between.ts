/** Values between the pixels of fields: a place is reckoned once for all fields of one size. */
import type { Size } from '@fovea/core/model'

export interface Between {
  /** Goes to a place in pixels, centres at whole numbers; what lies outside is at the edge. */
  moveTo(x: number, y: number): void
  /** The mean of the four pixels around, by their nearness. */
  value(field: Float32Array | Uint8Array): number
}

export function between({ width, height }: Size): Between {
  let [topLeft, topRight, bottomLeft, bottomRight] = [0, 0, 0, 0]
  let [fromLeft, fromTop] = [0, 0]
  return {
    moveTo(x, y) {
      const across = x < 0 ? 0 : x > width - 1 ? width - 1 : x
      const down = y < 0 ? 0 : y > height - 1 ? height - 1 : y
      const left = Math.floor(across)
      const top = Math.floor(down)
      fromLeft = across - left
      fromTop = down - top
      topLeft = top * width + left
      topRight = left + 1 < width ? topLeft + 1 : topLeft
      const below = top + 1 < height ? width : 0
      bottomLeft = topLeft + below
      bottomRight = topRight + below
    },
    value(field) {
      const upper = (field[topLeft] ?? 0) * (1 - fromLeft) + (field[topRight] ?? 0) * fromLeft
      const lower = (field[bottomLeft] ?? 0) * (1 - fromLeft) + (field[bottomRight] ?? 0) * fromLeft
      return upper * (1 - fromTop) + lower * fromTop
    },
  }
}
