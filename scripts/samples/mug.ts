/** Shape and glaze of the mug. One unit is its outer radius; the y axis is the axis of the cup. */
import { cellRandom, clamp01, fractal, linear, mix, type Rgb, smoothstep } from './noise.ts'

export const floorY = 0

const tall = 2.06
const coffeeY = 1.74
const coffeeRadius = 0.9

/** Signed distance to the mug with its coffee. */
export function distance(x: number, y: number, z: number): number {
  const r = Math.hypot(x, z)
  const outer = roundedCylinder(
    r,
    y - tall / 2,
    0.975 + 0.03 * Math.sin(y * 1.5) + ridges(r, y),
    tall / 2,
    0.17,
  )
  const inner = roundedCylinder(r, y - 1.34, 0.905, 1.2, 0.16)
  const body = smoothUnion(outer, handle(x, y, z), 0.1)
  const shell = smoothCut(body, inner, 0.045)
  const coffee = Math.max(y - coffeeY, r - coffeeRadius, 0.3 - y)
  return Math.min(shell, coffee)
}

/** Rings that the potter's fingers leave; they fade towards the foot and the rim. */
function ridges(r: number, y: number): number {
  if (r < 0.9) return 0
  return (
    0.0034 * Math.sin(y * 31 + 1.3 * Math.sin(y * 4.1)) * smoothstep(0.25, 0.8, y) * smoothstep(2, 1.7, y)
  )
}

/** Distance in the plane of radius and height, edges rounded by `round`. */
function roundedCylinder(r: number, y: number, radius: number, half: number, round: number): number {
  const dx = r - radius + round
  const dy = Math.abs(y) - half + round
  return Math.min(Math.max(dx, dy), 0) + Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) - round
}

/** A bent strap: half an oval ring beside the body, flat in section. */
function handle(x: number, y: number, z: number): number {
  const up = y - 1.06
  const bent = Math.hypot((x - 0.93) * 0.92, Math.max(0, Math.abs(up) - 0.22))
  const ring = Math.abs(bent - 0.46) - 0.05
  const flat = Math.abs(z) - 0.085
  return Math.min(Math.max(ring, flat), 0) + Math.hypot(Math.max(ring, 0), Math.max(flat, 0)) - 0.055
}

/** Polynomial smooth minimum (Quilez 2013). */
function smoothUnion(a: number, b: number, k: number): number {
  const h = clamp01(0.5 + (0.5 * (b - a)) / k)
  return b + (a - b) * h - k * h * (1 - h)
}

function smoothCut(a: number, b: number, k: number): number {
  return -smoothUnion(-a, b, k)
}

const clay = linear('#d8c3a5')
const glaze = linear('#1d6b78')
const glazeThin = linear('#5fa8a4')
const glazeDeep = linear('#0f4757')
const inside = linear('#f1eadc')
const coffeeDark = linear('#2a140a')
const crema = linear('#9c6231')

export function isCoffee([x, y, z]: Rgb): boolean {
  return Math.abs(y - coffeeY) < 0.006 && Math.hypot(x, z) < coffeeRadius - 0.002
}

/** Diffuse colour and gloss (0 matt, 1 glass) at a point of the surface. */
export function surfaceColor(point: Rgb): { readonly color: Rgb; readonly gloss: number } {
  const [x, y, z] = point
  const r = Math.hypot(x, z)
  if (isCoffee(point)) return coffee(x, z, r)
  if (r < 0.925 && y > 0.2 && x < 0.925)
    return { color: mix(inside, glazeThin, smoothstep(1.86, 2.05, y) * 0.75), gloss: 1 }
  const angle = Math.atan2(z, x)
  // around the body specks follow the angle; on the handle that would smear them
  const along = r > 1.04 ? x * 0.8 + z : angle
  const edge =
    0.62 +
    0.05 * Math.sin(angle * 2 + 0.7) +
    0.09 * (fractal(Math.cos(angle) * 2.2 + 9, Math.sin(angle) * 2.2 + 3, 4) - 0.5)
  const covered = smoothstep(edge - 0.008, edge + 0.008, y)
  const raw = speckled(mix(clay, linear('#c9ae8b'), fractal(angle * 3, y * 9, 4)), along, y)
  if (covered <= 0) return { color: raw, gloss: 0.06 }
  // glaze runs down: thin and light at the rim and over the drips, deep where it pooled
  const flow = fractal(angle * 4.2, y * 1.1, 5)
  let coat = mix(glaze, glazeDeep, smoothstep(0.45, 0.75, flow) * 0.8)
  coat = mix(coat, glazeThin, smoothstep(1.88, 2.07, y) * 0.85)
  coat = mix(coat, glazeThin, smoothstep(edge + 0.1, edge + 0.01, y) * 0.55)
  coat = mix(coat, glazeDeep, smoothstep(0.55, 0.3, flow) * 0.25)
  return { color: mix(raw, speckled(coat, along + 1.7, y), covered), gloss: covered }
}

/** Iron specks of stoneware. */
function speckled(base: Rgb, angle: number, y: number): Rgb {
  const u = angle * 34
  const v = y * 34
  const cx = Math.floor(u)
  const cy = Math.floor(v)
  let amount = 0
  for (let dx = -1; dx <= 1; dx++) {
    for (let dy = -1; dy <= 1; dy++) {
      if (cellRandom(cx + dx, cy + dy, 11) < 0.8) continue
      const sx = cx + dx + cellRandom(cx + dx, cy + dy, 12)
      const sy = cy + dy + cellRandom(cx + dx, cy + dy, 13)
      const size = 0.1 + 0.2 * cellRandom(cx + dx, cy + dy, 14)
      amount = Math.max(amount, smoothstep(size, size * 0.5, Math.hypot(u - sx, v - sy)))
    }
  }
  return mix(base, linear('#4a3322'), amount * 0.5)
}

function coffee(x: number, z: number, r: number): { readonly color: Rgb; readonly gloss: number } {
  const swirl = fractal(x * 2.4 + fractal(x * 3, z * 3, 3) * 1.4, z * 2.4, 5)
  const ring = smoothstep(0.7, 0.89, r + (swirl - 0.5) * 0.16)
  const islands = smoothstep(0.56, 0.68, swirl) * 0.55
  return { color: mix(coffeeDark, crema, clamp01(ring * 0.9 + islands)), gloss: 0.9 }
}
