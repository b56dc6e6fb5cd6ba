/**
 * Placed glyphs as an SVG of paths: only numbers, colours and element names of ours, never a character of the text.
 *
 * So no text can become markup, no font of the machine is looked for, and librsvg draws the same everywhere.
 */
import type { Box, Rgba, TextStep } from '@fovea/core/model'
import type { Face, Outline } from './fonts/face.ts'
import { blurReach, marginOf, type Placement } from './ink.ts'
import type { PlacedGlyph, TextLayout } from './layout.ts'

export interface Drawing {
  readonly layout: TextLayout
  readonly step: TextStep
  readonly placement: Placement
  /** Of the frame: what the picture shows. */
  readonly view: Box
}

/** Bottom to top: box, shadow, stroke, glyphs. Opacity of the whole is left to the caller. */
export function svgOf(drawing: Drawing): string {
  const { step, placement, view } = drawing
  const { color, stroke, shadow, box } = step
  const letters = lettersOf(drawing.layout)
  const defs: string[] = []
  const drawn: string[] = []
  if (box !== undefined) drawn.push(boxOf(drawing, box))
  if (shadow !== undefined) {
    const reach = blurReach(shadow.blur)
    defs.push(blurFilter(view, reach, shadow.blur / 2))
    const silhouette = stroke === undefined ? '' : strokeAttributes(stroke.width, shadow.color)
    const shapes = [...letters.plain, ...letters.pictures.map(({ d }) => d)]
    const inner = `<g transform="translate(${n(shadow.x)} ${n(shadow.y)})">${shapes.map((d) => `<path d="${d}"/>`).join('')}</g>`
    // The filter stands outside of the turn: it sees pixels of the frame.
    const filter = shadow.blur > 0 ? ' filter="url(#b)"' : ''
    const turned = `<g${filter}><g ${turn(placement)} fill="${hex(shadow.color)}"${silhouette}>${inner}</g></g>`
    drawn.push(faded(shadow.color.alpha, turned))
  }
  if (stroke !== undefined) {
    const lines = letters.plain.map((d) => `<path d="${d}"/>`).join('')
    const stroked = `<g ${turn(placement)} fill="none"${strokeAttributes(stroke.width, stroke.color)}>${lines}</g>`
    // Under opaque glyphs the inner half is hidden; under others it must not be there.
    const isSeen = color.alpha < 1
    if (isSeen) defs.push(outsideMask(drawing, letters.plain))
    drawn.push(faded(stroke.color.alpha, isSeen ? `<g mask="url(#o)">${stroked}</g>` : stroked))
  }
  const plain = letters.plain.map((d) => `<path d="${d}"/>`).join('')
  const pictures = letters.pictures
    .map(({ d, color: own }) => `<path d="${d}"${own === undefined ? '' : ` fill="${own}"`}/>`)
    .join('')
  drawn.push(faded(color.alpha, `<g ${turn(placement)} fill="${hex(color)}">${plain}${pictures}</g>`))
  const { left, top, width, height } = view
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${left} ${top} ${width} ${height}"><defs>${defs.join('')}</defs>${drawn.join('')}</svg>`
}

interface Letters {
  /** Path data, one for each line. */
  readonly plain: readonly string[]
  /** Layers of colour glyphs, bottom first. */
  readonly pictures: readonly { readonly d: string; readonly color: string | undefined }[]
}

function lettersOf({ lines, size }: TextLayout): Letters {
  const plain: string[] = []
  const pictures: { d: string; color: string | undefined }[] = []
  for (const line of lines) {
    const parts: string[] = []
    for (const placed of line) {
      const layers = placed.face.layers(placed.glyph)
      if (layers.length === 0) parts.push(pathOf(placed.face.outline(placed.glyph), placed, size))
      for (const { outline, color } of layers) pictures.push({ d: pathOf(outline, placed, size), color })
    }
    const d = parts.join('')
    if (d !== '') plain.push(d)
  }
  return { plain, pictures }
}

function pathOf(outline: Outline, { face, x, y }: PlacedGlyph, size: number): string {
  let d = ''
  for (const { type, values } of outline) {
    d += type
    for (let at = 0; at < values.length; at += 2) {
      const [across = 0, up = 0] = [values[at], values[at + 1]]
      d += `${at === 0 ? '' : ' '}${n(x + (across + slanted(face, up)) * size)} ${n(y - up * size)}`
    }
  }
  return d
}

function slanted({ slant }: Face, up: number): number {
  return slant === 0 ? 0 : slant * up
}

function boxOf({ layout, step, placement }: Drawing, box: NonNullable<TextStep['box']>): string {
  const margin = marginOf(step)
  const [width, height] = [layout.width + 2 * margin, layout.height + 2 * margin]
  const radius = Math.min(box.radius, width / 2, height / 2)
  return `<rect ${turn(placement)} x="${n(-margin)}" y="${n(-margin)}" width="${n(width)}" height="${n(height)}" rx="${n(radius)}" fill="${hex(box.color)}" fill-opacity="${n(box.color.alpha)}"/>`
}

/** A region that holds all that may show, however far away the glyph is that throws it. */
function blurFilter({ left, top, width, height }: Box, reach: number, sigma: number): string {
  const region = `x="${left - reach}" y="${top - reach}" width="${width + 2 * reach}" height="${height + 2 * reach}"`
  return `<filter id="b" filterUnits="userSpaceOnUse" ${region} color-interpolation-filters="sRGB"><feGaussianBlur stdDeviation="${n(sigma)}"/></filter>`
}

function outsideMask({ placement, view }: Drawing, plain: readonly string[]): string {
  const { left, top, width, height } = view
  const region = `x="${left}" y="${top}" width="${width}" height="${height}"`
  const shapes = plain.map((d) => `<path d="${d}"/>`).join('')
  return `<mask id="o" maskUnits="userSpaceOnUse" ${region}><rect ${region} fill="#fff"/><g ${turn(placement)} fill="#000">${shapes}</g></mask>`
}

/** Half of a stroke lies inside of the outline. */
function strokeAttributes(width: number, color: Rgba): string {
  return ` stroke="${hex(color)}" stroke-width="${n(2 * width)}" stroke-linejoin="round"`
}

/** Opacity of a group, so that what overlaps in it does not show through itself. */
function faded(alpha: number, content: string): string {
  return alpha === 1 ? content : `<g opacity="${n(alpha)}">${content}</g>`
}

function turn({ matrix }: Placement): string {
  return `transform="matrix(${matrix.map((value) => Number(value.toFixed(6))).join(' ')})"`
}

function hex({ r, g, b }: Rgba): string {
  return `#${[r, g, b].map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}

/** Hundredths of a pixel; finer is not seen. */
function n(value: number): string {
  return String(Math.round(value * 100) / 100)
}
