/** Lays a colour or a gradient over a picture, row by row: no second picture in memory. */
import type { Rgba, Step } from '@fovea/core/model'
import { blendInto, canvasOf } from './blend.ts'
import { fullOf, type Pixels, type Samples, samples } from './pixels.ts'

type Wash = Extract<Step, { step: 'wash' }>

export function wash(pixels: Pixels, step: Wash): Pixels {
  const { from, to, blend: mode, opacity } = step
  const made = canvasOf(pixels, hasColour(from) || hasColour(to))
  const row = { ...made, data: samples(made.data, made.width * 4), height: 1, channels: 4 } as const
  const isPlain = JSON.stringify(from) === JSON.stringify(to)
  for (let y = 0; y < made.height; y++) {
    if (y === 0 || !isPlain) paintRow(row.data, y, step, made)
    blendInto(made, row, { left: 0, top: y, mode, opacity })
  }
  return made
}

function hasColour({ r, g, b }: Rgba): boolean {
  return r !== g || g !== b
}

/**
 * One row of the gradient: the line through the centre at this angle begins and ends where its perpendiculars meet
 * the corners, and colours are mixed weighted by their alpha. Source: CSS Images 3 §3.1.1 and §3.4.2
 */
function paintRow(row: Samples, y: number, { from, to, angle }: Wash, size: Pixels): void {
  const { width, height } = size
  const full = fullOf(row)
  const scale = full / 255
  const radians = (angle * Math.PI) / 180
  const [across, down] = [Math.sin(radians), -Math.cos(radians)]
  const line = Math.abs(width * across) + Math.abs(height * down)
  const below = (y + 0.5 - height / 2) * down
  for (let x = 0, at = 0; x < width; x++, at += 4) {
    const place = ((x + 0.5 - width / 2) * across + below) / line + 0.5
    const end = Math.min(1, Math.max(0, place))
    const first = from.alpha * (1 - end)
    const last = to.alpha * end
    const alpha = first + last
    row[at + 3] = alpha * full + 0.5
    if (alpha === 0) continue
    row[at] = ((from.r * first + to.r * last) / alpha) * scale + 0.5
    row[at + 1] = ((from.g * first + to.g * last) / alpha) * scale + 0.5
    row[at + 2] = ((from.b * first + to.b * last) / alpha) * scale + 0.5
  }
}
