/** Where drawn text lies in the frame, and how much of it shows. */
import { type Box, placeOffset, type Size, type TextStep } from '@fovea/core/model'
import type { TextLayout } from './layout.ts'

/** A rectangle with fractions of pixels. */
export interface Rectangle {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** From coordinates of the text (origin top left, before it is turned) to those of the frame. */
export interface Placement {
  /** a, b, c, d, e, f as SVG has them: x' = ax + cy + e, y' = bx + dy + f. */
  readonly matrix: readonly [number, number, number, number, number, number]
  /** Text with stroke and box, turned: whole pixels of the frame, outside of it too. */
  readonly bounds: Box
}

/** Room that stroke and box take on each side of the lines. */
export function marginOf({ stroke, box }: TextStep): number {
  return (stroke?.width ?? 0) + (box?.padding ?? 0)
}

/** Puts the text where `position`, `padding` and offset say; the corners of a turned text stay inside the padding. */
export function placeText(layout: Size, step: TextStep, frame: Size): Placement {
  const margin = marginOf(step)
  const [width, height] = [layout.width + 2 * margin, layout.height + 2 * margin]
  const radians = (step.angle * Math.PI) / 180
  const [cos, sin] = [exact(Math.cos(radians)), exact(Math.sin(radians))]
  const size = {
    width: Math.ceil(width * Math.abs(cos) + height * Math.abs(sin) - 1e-6),
    height: Math.ceil(width * Math.abs(sin) + height * Math.abs(cos) - 1e-6),
  }
  const { padding, position } = step
  const inside = { width: frame.width - 2 * padding, height: frame.height - 2 * padding }
  const place = placeOffset(inside, size, position)
  const left = Math.floor(padding + place.left + step.x + 0.5)
  const top = Math.floor(padding + place.top + step.y + 0.5)
  // The middle of the text comes to the middle of its bounds, but that a text which is not turned begins on a pixel.
  const [middleX, middleY] = step.angle === 0 ? [width / 2, height / 2] : [size.width / 2, size.height / 2]
  const e = left + middleX - (cos * width) / 2 + (sin * height) / 2
  const f = top + middleY - (sin * width) / 2 - (cos * height) / 2
  const inset = [margin * cos - margin * sin, margin * sin + margin * cos] as const
  return {
    matrix: [cos, sin, -sin, cos, e + inset[0], f + inset[1]],
    bounds: { left, top, ...size },
  }
}

/** Pixels that drawing can touch: whole, of the frame's coordinates, outside of the frame too. */
export function inkOf(layout: TextLayout, step: TextStep, placement: Placement): Box | undefined {
  const { stroke, shadow, box } = step
  const parts: Rectangle[] = []
  const letters = lettersOf(layout)
  if (letters !== undefined) {
    const outlined = grown(letters, (stroke?.width ?? 0) + 1)
    parts.push(outlined)
    if (shadow !== undefined) {
      const moved = {
        left: outlined.left + shadow.x,
        top: outlined.top + shadow.y,
        right: outlined.right + shadow.x,
        bottom: outlined.bottom + shadow.y,
      }
      parts.push(grown(moved, blurReach(shadow.blur)))
    }
  }
  if (box !== undefined) {
    const lines = { left: 0, top: 0, right: layout.width, bottom: layout.height }
    parts.push(grown(lines, marginOf(step) + 1))
  }
  const turned = parts.map((part) => turnedBox(part, placement.matrix))
  return turned.length === 0 ? undefined : wholeBox(union(turned))
}

/** How far a blur of twice the sigma is drawn; beyond it lies less than a thousandth. */
export function blurReach(blur: number): number {
  return Math.ceil((3 * blur) / 2)
}

/** What lies inside the frame; `undefined` when nothing does. */
export function visible(box: Box, frame: Size): Box | undefined {
  const left = Math.max(0, box.left)
  const top = Math.max(0, box.top)
  const width = Math.min(frame.width, box.left + box.width) - left
  const height = Math.min(frame.height, box.top + box.height) - top
  return width > 0 && height > 0 ? { left, top, width, height } : undefined
}

function lettersOf({ lines, size }: TextLayout): Rectangle | undefined {
  const boxes = lines.flat().flatMap(({ face, glyph, x, y }) => {
    const ink = face.inkBox(glyph)
    if (ink.left === ink.right && ink.top === ink.bottom) return []
    const slant = (height: number) => height * face.slant
    return {
      left: x + (ink.left + Math.min(slant(ink.bottom), slant(ink.top))) * size,
      top: y - ink.top * size,
      right: x + (ink.right + Math.max(slant(ink.bottom), slant(ink.top))) * size,
      bottom: y - ink.bottom * size,
    }
  })
  return boxes.length === 0 ? undefined : union(boxes)
}

function union(boxes: readonly Rectangle[]): Rectangle {
  return boxes.reduce((whole, box) => ({
    left: Math.min(whole.left, box.left),
    top: Math.min(whole.top, box.top),
    right: Math.max(whole.right, box.right),
    bottom: Math.max(whole.bottom, box.bottom),
  }))
}

function grown({ left, top, right, bottom }: Rectangle, by: number): Rectangle {
  return { left: left - by, top: top - by, right: right + by, bottom: bottom + by }
}

function turnedBox({ left, top, right, bottom }: Rectangle, matrix: Placement['matrix']): Rectangle {
  const [a, b, c, d, e, f] = matrix
  const xs = [left, right].flatMap((x) => [top, bottom].map((y) => a * x + c * y + e))
  const ys = [left, right].flatMap((x) => [top, bottom].map((y) => b * x + d * y + f))
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) }
}

function wholeBox({ left, top, right, bottom }: Rectangle): Box {
  const [x, y] = [Math.floor(left), Math.floor(top)]
  return { left: x, top: y, width: Math.ceil(right) - x, height: Math.ceil(bottom) - y }
}

/** Cosines of quarter turns miss zero by a hair. */
function exact(value: number): number {
  return Math.abs(value) < 1e-12 ? 0 : value
}
