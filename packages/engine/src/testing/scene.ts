/**
 * A small drawn landscape that gives every operation something to show: a plain border to trim, soft and hard edges,
 * fine lines, pale and strong colours, greys from black to white, and a round window with a soft edge.
 */
import { sharp } from '../sharp/setup.ts'

type Colour = readonly [number, number, number]

const [width, height] = [240, 160]
/** White all round. */
const frame = 10
const horizon = 92
const patches: readonly Colour[] = [
  [196, 30, 40],
  [240, 150, 30],
  [90, 160, 60],
  [30, 110, 180],
  [120, 60, 140],
  [224, 172, 140],
  [0, 0, 0],
  [85, 85, 85],
  [170, 170, 170],
  [255, 255, 255],
]

/** A PNG with alpha, 240×160 px, the same bytes on every call of one version of libvips. */
export async function scene(): Promise<Uint8Array> {
  const data = Buffer.alloc(width * height * 4)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      data.set([...colourAt(x, y).map(Math.round), Math.round(opacityAt(x, y) * 255)], (y * width + x) * 4)
    }
  }
  return sharp(data, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer()
}

/** The pictures that examples lay over another: a logo with soft edges, and a mask. */
export const besideScene = {
  '{"asset":"logo.png"}': svg(
    '<circle cx="45" cy="30" r="28" fill="#f5a623" fill-opacity=".85"/><path d="M20 50L45 8l25 42z" fill="#1b6cff"/>',
  ),
  '{"asset":"mask.png"}': svg(
    '<ellipse cx="45" cy="30" rx="40" ry="26" fill="#fff"/><circle cx="45" cy="30" r="9" fill="#777"/>',
  ),
}

function svg(shapes: string): { readonly bytes: Uint8Array } {
  return {
    bytes: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60">${shapes}</svg>`),
  }
}

function colourAt(x: number, y: number): Colour {
  const isFrame = x < frame || y < frame || x >= width - frame || y >= height - frame
  if (isFrame) return [255, 255, 255]
  if (y >= 132) return patches[Math.floor(((x - frame) * patches.length) / (width - 2 * frame))] ?? [0, 0, 0]
  const ridge = 62 + 16 * Math.sin(x / 17) + 9 * Math.sin(x / 7)
  if (y < horizon) return y < ridge ? skyAt(x, y) : [70 + (y - ridge) / 2, 74, 96 - (y - ridge) / 2]
  const mirrored = horizon - (y - horizon) * 0.9
  const [r, g, b] = mirrored < ridge ? skyAt(x, mirrored) : ([58, 64, 86] as const)
  const isLine = (y - horizon) % 8 === 3 && Math.sin(x / 5 + y) > 0.2
  return isLine ? [210, 220, 235] : [r * 0.7, g * 0.75, b * 0.85]
}

function skyAt(x: number, y: number): Colour {
  const distance = Math.hypot(x - 170, y - 46)
  if (distance < 16) return [255, 236, 170]
  const height = Math.max(0, Math.min(1, y / horizon))
  const glow = Math.exp(-distance / 40)
  return [90 + 130 * height + 40 * glow, 120 + 70 * height + 30 * glow, 190 - 40 * height]
}

/** A window near the right border that shows what lies behind the picture; its edge is 8 px soft. */
function opacityAt(x: number, y: number): number {
  const distance = Math.hypot(x - 205, y - 112)
  return Math.max(0.15, Math.min(1, (distance - 12) / 8))
}
