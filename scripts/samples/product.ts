/**
 * A glazed stoneware mug on white: a small Monte Carlo renderer over a signed distance field.
 *
 * The studio is an analytic environment (two soft boxes, a dim ceiling). A white floor is lit by the same sky, so
 * its brightness divided by the unshadowed one gives the shadow, and everything else stays pure white.
 */
import sharp from 'sharp'
import { distance, floorY, isCoffee, surfaceColor } from './mug.ts'
import { add, clamp01, encodeSrgb, mix, multiply, type Rgb, scale, smoothstep } from './noise.ts'

const target: Rgb = [0.14, 0.98, 0]
const eye: Rgb = [-1.7, 3.5, 8.7]
const zoom = 2.62

/** Renders the mug as a square JPEG of `size` px with `samples` light paths a pixel. */
export async function renderProduct(size: number, samples: number): Promise<Buffer> {
  const forward = normalise(subtract(target, eye))
  const right = normalise(cross(forward, [0, 1, 0]))
  const up = cross(right, forward)
  const picture = new Float32Array(size * size * 3)
  const floor = new Uint8Array(size * size).fill(1)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      let sum: Rgb = [0, 0, 0]
      const turnA = hash(x, y, 1)
      const turnB = hash(x, y, 2)
      for (let sample = 0; sample < samples; sample++) {
        // additive recurrence of the plastic number (Roberts 2018), turned per pixel: even cover with few samples
        const a = (turnA + sample * 0.754877666) % 1
        const b = (turnB + sample * 0.569840296) % 1
        const c = (turnA + turnB + sample * 0.618033989) % 1
        const px = ((x + c) / size - 0.5) * 2
        const py = (0.5 - (y + ((a + c) % 1)) / size) * 2
        const ray = normalise(add(scale(forward, zoom * 1.6), add(scale(right, px), scale(up, py))))
        const t = march(eye, ray, 0, 16)
        const light = t === undefined ? background(ray, a, b) : mugLight(at(eye, ray, t), ray, a, b)
        if (t !== undefined) floor[y * size + x] = 0
        sum = add(sum, light)
      }
      picture.set(scale(sum, 1 / samples), (y * size + x) * 3)
    }
  }
  const bytes = Buffer.from(smoothFloor(picture, floor, size).map((value) => encodeSrgb(tone(value)) + 0.5))
  return sharp(bytes, { raw: { width: size, height: size, channels: 3 } })
    .jpeg({ quality: 90, progressive: true, chromaSubsampling: '4:4:4' })
    .toBuffer()
}

/** Takes the last sampling noise out of the shadow on the floor; the mug itself is not touched. */
function smoothFloor(picture: Float32Array, floor: Uint8Array, size: number): Float32Array {
  const radius = Math.round(size / 320)
  const smooth = picture.slice()
  for (let y = radius; y < size - radius; y++) {
    for (let x = radius; x < size - radius; x++) {
      if (floor[y * size + x] === 0) continue
      let sum: Rgb = [0, 0, 0]
      let count = 0
      for (let dy = -radius; dy <= radius; dy++) {
        for (let dx = -radius; dx <= radius; dx++) {
          const at = (y + dy) * size + x + dx
          if (floor[at] === 0) continue
          sum = add(sum, [picture[at * 3] ?? 0, picture[at * 3 + 1] ?? 0, picture[at * 3 + 2] ?? 0])
          count++
        }
      }
      smooth.set(scale(sum, 1 / count), (y * size + x) * 3)
    }
  }
  return smooth
}

/** Leaves the lower tones alone and bends the last fifth towards white. */
function tone(value: number): number {
  if (value < 0.8) return value
  return Math.min(1, 0.8 + 0.2 * Math.tanh((value - 0.8) / 0.2) * 1.3131)
}

function background(ray: Rgb, a: number, b: number): Rgb {
  const toFloor = ray[1] < 0 ? (floorY - eye[1]) / ray[1] : Number.POSITIVE_INFINITY
  return toFloor < 40 ? floorLight(at(eye, ray, toFloor), a, b) : [1, 1, 1]
}

function mugLight(point: Rgb, ray: Rgb, a: number, b: number): Rgb {
  const normal = normalAt(point)
  const surface = surfaceColor(point)
  const diffuseRay = cosineRay(normal, a, b)
  // control variate: the light without the mug is known exactly, only what the mug changes is sampled
  const change = subtract(gathered(point, normal, diffuseRay, false), open(diffuseRay, false))
  const blocked = shadow(point, normal, a, b)
  const diffuse = multiply(surface.color, subtract(add(openMean(normal), change), blocked))
  const cos = clamp01(-dot(ray, normal))
  const fresnel = surface.gloss * (0.045 + 0.955 * (1 - cos) ** 5)
  if (fresnel < 0.004) return diffuse
  const mirrored = subtract(ray, scale(normal, 2 * dot(ray, normal)))
  const rough = isCoffee(point) ? 0.012 : 0.03
  const specularRay = normalise(add(mirrored, scale(diffuseRay, rough)))
  return add(scale(diffuse, 1 - fresnel), scale(gathered(point, normal, specularRay, true), fresnel))
}

/** Light arriving along `ray` at a point of the mug, with the soft boxes or only with what is between them. */
function gathered(point: Rgb, normal: Rgb, ray: Rgb, boxes: boolean): Rgb {
  const origin = add(point, scale(normal, 0.006))
  const hit = march(origin, ray, 0.004, 5)
  if (hit !== undefined) {
    const where = at(origin, ray, hit)
    const color = surfaceColor(where).color
    const open = 0.22 + 0.34 * smoothstep(0.3, 2, where[1])
    return scale(color, open)
  }
  if (ray[1] < 0) {
    const where = at(origin, ray, (floorY - origin[1]) / ray[1])
    const near = smoothstep(0.85, 2.6, Math.hypot(where[0], where[2]))
    return scale([0.93, 0.92, 0.9], 0.3 + 0.62 * near)
  }
  return studio(ray, boxes)
}

/** Brightness of the white floor: 1 plus what the mug takes away or gives back. */
function floorLight(point: Rgb, a: number, b: number): Rgb {
  const reach = Math.hypot(point[0], point[2])
  if (reach > 9) return [1, 1, 1]
  const up: Rgb = [0, 1, 0]
  const ray = cosineRay(up, a, b)
  const hit = march(add(point, [0, 0.004, 0]), ray, 0.004, 5)
  const bounce = hit === undefined ? studio(ray, false) : scale(surfaceColor(at(point, ray, hit)).color, 0.3)
  const change = subtract(subtract(bounce, studio(ray, false)), shadow(point, up, a, b))
  const [r, g, bl] = openMean(up)
  return [1 + change[0] / r, 1 + change[1] / g, 1 + change[2] / bl]
}

/** What a point misses because the mug stands between it and the soft boxes. */
function shadow(point: Rgb, normal: Rgb, a: number, b: number): Rgb {
  const origin = add(point, scale(normal, 0.006))
  let missing: Rgb = [0, 0, 0]
  for (const { axis, side, top, halfWidth, halfHeight, light } of boxes) {
    const towards = add(axis, add(scale(side, (2 * a - 1) * halfWidth), scale(top, (2 * b - 1) * halfHeight)))
    const length = Math.hypot(...towards)
    const ray = scale(towards, 1 / length)
    const cos = dot(ray, normal)
    if (cos <= 0 || march(origin, ray, 0.004, 6) === undefined) continue
    const solidAngle = (4 * halfWidth * halfHeight) / length ** 3
    missing = add(missing, scale(light, (cos * solidAngle) / Math.PI))
  }
  return missing
}

/** Light from a direction when there is no mug. */
function open(ray: Rgb, boxes: boolean): Rgb {
  return ray[1] < 0 ? [0.86, 0.85, 0.83] : studio(ray, boxes)
}

interface SoftBox {
  readonly axis: Rgb
  readonly side: Rgb
  readonly top: Rgb
  /** Half sizes at distance 1. */
  readonly halfWidth: number
  readonly halfHeight: number
  readonly light: Rgb
}

/** Key from the upper left, a strip on the right, a broad one behind. */
const boxes: readonly SoftBox[] = [
  softBox([-0.86, 0.62, 0.5], 0.4, 0.55, [4.3, 4.2, 4.05]),
  softBox([0.9, 0.34, 0.62], 0.14, 0.42, [1.7, 1.75, 1.85]),
  softBox([0.1, 0.75, -0.9], 0.6, 0.25, [1.1, 1.12, 1.16]),
]

function softBox(towards: Rgb, halfWidth: number, halfHeight: number, light: Rgb): SoftBox {
  const axis = normalise(towards)
  const side = normalise(cross([0, 1, 0], axis))
  return { axis, side, top: cross(axis, side), halfWidth, halfHeight, light }
}

/** Light of the studio from a direction above the floor. */
function studio(ray: Rgb, withBoxes: boolean): Rgb {
  const fill = 0.58 + 0.26 * clamp01(ray[1])
  let light: Rgb = [fill * 0.98, fill, fill * 1.03]
  if (!withBoxes) return light
  for (const box of boxes) light = add(light, scale(box.light, seen(box, ray)))
  return light
}

/** 1 where a ray meets the soft box, 0 beside it, with a slightly soft edge. */
function seen(box: SoftBox, ray: Rgb): number {
  const facing = dot(ray, box.axis)
  if (facing <= 0.05) return 0
  const u = Math.abs(dot(ray, box.side) / facing)
  const v = Math.abs(dot(ray, box.top) / facing)
  return (
    smoothstep(box.halfWidth + 0.02, box.halfWidth - 0.02, u) *
    smoothstep(box.halfHeight + 0.02, box.halfHeight - 0.02, v)
  )
}

const tableRows = 48
const tableColumns = 96

/** Cosine-weighted means of `open` over the half sphere around a normal, by height and direction of the normal. */
const means: readonly Rgb[] = Array.from({ length: (tableRows + 1) * (tableColumns + 1) }, (_, index) => {
  const height = (Math.floor(index / (tableColumns + 1)) / tableRows) * 2 - 1
  const angle = ((index % (tableColumns + 1)) / tableColumns) * 2 * Math.PI
  const flat = Math.sqrt(1 - height * height)
  const normal: Rgb = [flat * Math.cos(angle), height, flat * Math.sin(angle)]
  const count = 600
  let sum: Rgb = [0, 0, 0]
  for (let sample = 0; sample < count; sample++) {
    sum = add(sum, open(cosineRay(normal, (sample * 0.754877666) % 1, (sample * 0.569840296) % 1), true))
  }
  return scale(sum, 1 / count)
})

function openMean(normal: Rgb): Rgb {
  const row = ((normal[1] + 1) / 2) * tableRows
  const angle = Math.atan2(normal[2], normal[0])
  const column = ((angle < 0 ? angle + 2 * Math.PI : angle) / (2 * Math.PI)) * tableColumns
  const y = Math.min(tableRows - 1, Math.floor(row))
  const x = Math.min(tableColumns - 1, Math.floor(column))
  const cell = (dx: number, dy: number): Rgb => means[(y + dy) * (tableColumns + 1) + x + dx] ?? [0, 0, 0]
  return mix(mix(cell(0, 0), cell(1, 0), column - x), mix(cell(0, 1), cell(1, 1), column - x), row - y)
}

/** Sphere tracing; `undefined` when nothing is hit before `until`. Skips everything outside a bounding cylinder. */
function march(origin: Rgb, ray: Rgb, from: number, until: number): number | undefined {
  const a = ray[0] * ray[0] + ray[2] * ray[2]
  const b = (origin[0] - 0.3) * ray[0] + origin[2] * ray[2]
  const c = (origin[0] - 0.3) ** 2 + origin[2] ** 2 - 1.45 ** 2
  const inside = b * b - a * c
  if (inside <= 0) return undefined
  const root = Math.sqrt(inside)
  const last = Math.min(until, (-b + root) / a, ray[1] > 0 ? (2.4 - origin[1]) / ray[1] : until)
  let t = Math.max(from, (-b - root) / a)
  for (let step = 0; step < 110 && t < last; step++) {
    const gap = distance(origin[0] + ray[0] * t, origin[1] + ray[1] * t, origin[2] + ray[2] * t)
    if (gap < 0.0008) return t
    t += gap * 0.92
  }
  return undefined
}

function normalAt([x, y, z]: Rgb): Rgb {
  const e = 0.0012
  return normalise([
    distance(x + e, y, z) - distance(x - e, y, z),
    distance(x, y + e, z) - distance(x, y - e, z),
    distance(x, y, z + e) - distance(x, y, z - e),
  ])
}

function cosineRay(normal: Rgb, a: number, b: number): Rgb {
  const angle = 2 * Math.PI * a
  const radius = Math.sqrt(b)
  const helper: Rgb = Math.abs(normal[1]) > 0.9 ? [1, 0, 0] : [0, 1, 0]
  const side = normalise(cross(helper, normal))
  const other = cross(normal, side)
  const lifted = Math.sqrt(1 - b)
  return add(
    scale(normal, lifted),
    add(scale(side, radius * Math.cos(angle)), scale(other, radius * Math.sin(angle))),
  )
}

function hash(x: number, y: number, salt: number): number {
  let mixed = Math.imul(x + 1, 0x9e3779b1) ^ Math.imul(y + 1, 0x85ebca6b) ^ Math.imul(salt, 0xc2b2ae35)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d)
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39)
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296
}

function at(origin: Rgb, ray: Rgb, t: number): Rgb {
  return [origin[0] + ray[0] * t, origin[1] + ray[1] * t, origin[2] + ray[2] * t]
}

function subtract(a: Rgb, b: Rgb): Rgb {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

function dot(a: Rgb, b: Rgb): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

function cross(a: Rgb, b: Rgb): Rgb {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

function normalise(v: Rgb): Rgb {
  return mix([0, 0, 0], v, 1 / Math.hypot(v[0], v[1], v[2]))
}
