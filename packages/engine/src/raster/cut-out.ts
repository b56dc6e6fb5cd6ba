/** Clears what a soft edge says is background, and gives the edge the subject's own colours. */
import { between } from './between.ts'
import { subjectColour } from './edge-colours.ts'
import { copyOf, fullOf, type Pixels, type Samples, withChannels } from './pixels.ts'
import { lumaOf, type SoftEdge, stretched } from './soft-edge.ts'

/** With alpha; what was transparent stays so. */
export function cutOut(pixels: Pixels, { lines, isNear, coarse, colours, ...size }: SoftEdge): Pixels {
  const ready = withChannels(pixels, 4)
  const { width, height } = ready
  const data = copyOf(ready.data)
  const full = fullOf(data)
  const { subject, background } = colours
  const edge = between(size)
  const colour = between(colours)
  const columns = Int32Array.from({ length: width }, (_, x) => Math.floor(((x + 0.5) * size.width) / width))
  for (let row = 0, at = 0; row < height; row++) {
    const y = (row + 0.5) / height
    const start = Math.floor(y * size.height) * size.width
    for (let column = 0; column < width; column++, at += 4) {
      const nearest = start + (columns[column] ?? 0)
      if (isNear[nearest] === 0) {
        if ((coarse[nearest] ?? 0) < 0.5) clear(data, at)
        continue
      }
      const x = (column + 0.5) / width
      edge.moveTo(x * size.width - 0.5, y * size.height - 0.5)
      const [r, g, b] = [(data[at] ?? 0) / full, (data[at + 1] ?? 0) / full, (data[at + 2] ?? 0) / full]
      const alpha = stretched(edge.value(lines.slope) * lumaOf(r, g, b) + edge.value(lines.offset))
      if (alpha === 1) continue
      if (alpha === 0) {
        clear(data, at)
        continue
      }
      colour.moveTo(x * colours.width - 0.5, y * colours.height - 0.5)
      const own = (value: number, channel: 0 | 1 | 2) =>
        subjectColour(value, alpha, colour.value(subject[channel]), colour.value(background[channel])) *
          full +
        0.5
      data[at] = own(r, 0)
      data[at + 1] = own(g, 1)
      data[at + 2] = own(b, 2)
      data[at + 3] = (data[at + 3] ?? 0) * alpha + 0.5
    }
  }
  return { ...ready, data }
}

/** How much of a picture is transparent, 0–1: half of its pixels, say, or all of them half. */
export function transparency({ data, channels }: Pixels): number {
  if (channels !== 4) return 0
  let opacity = 0
  for (let at = 3; at < data.length; at += 4) opacity += data[at] ?? 0
  return 1 - opacity / (fullOf(data) * (data.length / 4))
}

function clear(data: Samples, at: number): void {
  data[at] = 0
  data[at + 1] = 0
  data[at + 2] = 0
  data[at + 3] = 0
}
