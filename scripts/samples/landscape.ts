/**
 * A mountain lake at first light, ray by ray.
 *
 * A column of the picture is walked from near to far over a height function; what rises above everything nearer
 * is visible. The lake mirrors a second walk from below the water. Haze and mist give the distance.
 */
import sharp from 'sharp'
import { randomFrom } from '../../fixtures/random.ts'
import {
  add,
  clamp01,
  encodeSrgb,
  fractal,
  linear,
  mix,
  multiply,
  noise,
  type Rgb,
  scale,
  smoothstep,
} from './noise.ts'
import { cloudySky, hazeTint, sunDirection } from './sky.ts'
import { groundHeight, waterLevel } from './terrain.ts'

const cameraHeight = 13
const cameraZ = 0
const farthest = 5200

interface View {
  readonly width: number
  readonly height: number
  readonly horizon: number
  readonly focal: number
}

/** Renders the landscape as a JPEG, `width`:`width * 2 / 3`. */
export async function renderLandscape(width: number): Promise<Buffer> {
  const view: View = {
    width: Math.round(width * 1.5),
    height: Math.round(width),
    horizon: Math.round(width * 0.6),
    focal: width * 1.5 * 0.92,
  }
  const sky = skyPicture(view)
  const upper = sky.slice()
  drawTerrain(view, upper, cameraHeight - waterLevel)
  const mirrored = sky
  drawTerrain(view, mirrored, waterLevel - cameraHeight)
  drawLake(view, upper, mirrored)
  bloom(view, upper)
  return develop(view, upper, width)
}

function rayOf(view: View, x: number, y: number): Rgb {
  const dx = (x - view.width / 2) / view.focal
  const dy = (view.horizon - y) / view.focal
  const length = Math.hypot(dx, dy, 1)
  return [dx / length, dy / length, 1 / length]
}

function skyPicture(view: View): Float32Array {
  const picture = new Float32Array(view.width * view.height * 3)
  for (let y = 0; y < view.horizon; y++) {
    for (let x = 0; x < view.width; x++) put(picture, view, x, y, cloudySky(rayOf(view, x, y)))
  }
  return picture
}

/**
 * Draws all ground above the water as seen from `eye` units above it. A negative eye is the mirror image: the
 * same world seen from below the surface, upwards.
 */
function drawTerrain(view: View, picture: Float32Array, eye: number): void {
  const mirror = eye < 0
  const step = mirror ? 0.0032 : 0.0018
  for (let x = 0; x < view.width; x++) {
    const slope = (x - view.width / 2) / view.focal
    let top = view.horizon + (mirror ? 0 : view.height)
    let previous = { y: top, z: 20, h: 0 }
    for (let z = 60; z < farthest; z += 0.15 + z * step) {
      const h = groundHeight(slope * z, z + cameraZ, z) - waterLevel
      const y = view.horizon - ((h - eye) / z) * view.focal
      const above = h > 0
      if (above && y < top) {
        const from = Math.max(0, Math.ceil(y))
        const waterLine = view.horizon + (eye / z) * view.focal
        const until = Math.min(mirror ? view.horizon : view.height, Math.ceil(Math.min(top, waterLine)))
        for (let row = from; row < until; row++) {
          const t = previous.y === y ? 1 : clamp01((row - previous.y) / (y - previous.y))
          const depth = previous.z + (z - previous.z) * t
          put(picture, view, x, row, shade(view, x, row, slope, depth, h, mirror))
        }
        top = Math.min(top, y)
      }
      previous = { y, z, h }
    }
  }
}

const rock = linear('#6e6a70')
const darkRock = linear('#3d3c46')
const grass = linear('#4c5234')
const forest = linear('#1c2a24')
const snow = linear('#eef1fa')
const sunColor: Rgb = [3.3, 1.72, 0.86]
const skyLight: Rgb = [0.2, 0.27, 0.5]

function shade(
  view: View,
  x: number,
  y: number,
  slope: number,
  depth: number,
  h: number,
  mirror: boolean,
): Rgb {
  const wx = slope * depth
  const wz = depth + cameraZ
  const e = 0.25 + depth * 0.0007
  const here = groundHeight(wx, wz, depth)
  const gx = (groundHeight(wx + e, wz, depth) - here) / e
  const gz = (groundHeight(wx, wz + e, depth) - here) / e
  const inv = 1 / Math.hypot(gx, 1, gz)
  const [nx, ny, nz] = [-gx * inv, inv, -gz * inv]
  const toSun = Math.max(0, nx * sunDirection[0] + ny * sunDirection[1] + nz * sunDirection[2])
  const lit = mirror ? 1 : sunShadow(wx, here, wz)
  const grain = fractal(wx * 0.05, wz * 0.05, 4)
  let ground = mix(darkRock, rock, grain)
  ground = mix(ground, grass, smoothstep(0.62, 0.85, ny) * smoothstep(230, 60, h))
  ground = mix(
    ground,
    forest,
    smoothstep(150, 90, h + grain * 60) * smoothstep(0.35, 0.6, ny + (depth < 1100 ? 0.35 : 0)),
  )
  const snowLine = 235 + (noise(wx * 0.013, wz * 0.013) - 0.5) * 160
  ground = mix(
    ground,
    snow,
    smoothstep(snowLine, snowLine + 90, h) * smoothstep(0.42, 0.66, ny + grain * 0.25),
  )
  const ambient = scale(skyLight, 0.55 + 0.45 * ny)
  const bounce = scale([0.34, 0.2, 0.14], clamp01(0.5 + 0.5 * nx * sunDirection[0]))
  const light = add(add(scale(sunColor, toSun * lit), ambient), bounce)
  return throughAir(multiply(ground, light), rayOf(view, x, y), depth, h)
}

/** Share of the sun that passes the ridges between a point and the sun, with a soft edge. */
function sunShadow(x: number, y: number, z: number): number {
  let clear = 1
  for (let t = 8; t < 900; t *= 1.32) {
    const gap =
      y + sunDirection[1] * t + 2 - groundHeight(x + sunDirection[0] * t, z + sunDirection[2] * t, 3000)
    if (gap < -6) return 0
    clear = Math.min(clear, 0.5 + (gap / t) * 22)
  }
  return clamp01(clear)
}

/** Distance haze and the mist that lies on the lake and in the valleys. */
function throughAir(color: Rgb, ray: Rgb, depth: number, h: number): Rgb {
  const haze = 1 - Math.exp(-((depth / 3000) ** 1.45) * Math.exp(-Math.max(0, h) / 900))
  const low = Math.exp(-Math.max(0, h) / 26)
  const banks = smoothstep(0.36, 0.72, fractal(ray[0] * 7 + 3, depth * 0.0016 + h * 0.02, 4))
  const mist = clamp01((1 - Math.exp(-Math.max(0, depth - 330) / 620)) * low * (0.28 + 0.72 * banks))
  const tint = hazeTint(ray)
  return mix(mix(color, tint, haze), scale(mix(tint, [0.95, 0.86, 0.84], 0.35), 1.04), mist * 0.86)
}

/** The lake takes the mirror picture, moved by ripples, and more of its own dark colour the steeper the view. */
function drawLake(view: View, picture: Float32Array, mirror: Float32Array): void {
  const deep = linear('#16283a')
  for (let y = view.horizon + 1; y < view.height; y++) {
    const below = (y - view.horizon) / view.focal
    const depth = (cameraHeight - waterLevel) / below
    const near = clamp01((y - view.horizon) / (view.height - view.horizon))
    for (let x = 0; x < view.width; x++) {
      const wx = ((x - view.width / 2) / view.focal) * depth
      if (isLand(picture, view, x, y)) continue
      const swell = fractal(wx * 0.16, depth * 0.55, 4) - 0.5
      const fine = fractal(wx * 0.9 + 40, depth * 3.1, 3) - 0.5
      const calm = smoothstep(0.35, 0.62, fractal(wx * 0.012 + 9, depth * 0.02, 3))
      const wave = (swell * 0.9 + fine * 0.7) * (0.3 + 0.9 * calm)
      const dy = (y - view.horizon) * (1 + wave * 0.34) + Math.abs(wave) * view.height * 0.012
      const sx = Math.min(
        view.width - 1,
        Math.max(0, Math.round(x + wave * view.width * 0.006 * (0.4 + near))),
      )
      const sy = Math.min(view.horizon - 1, Math.max(0, Math.round(view.horizon - 1 - dy)))
      const at = (sy * view.width + sx) * 3
      const seen: Rgb = [mirror[at] ?? 0, mirror[at + 1] ?? 0, mirror[at + 2] ?? 0]
      const fresnel = 0.42 + 0.55 * (1 - near) ** 1.6
      const water = add(scale(seen, fresnel * 0.94), scale(deep, 1 - fresnel))
      const mist = Math.exp(-near * 16) * (0.35 + 0.4 * fractal((x / view.width) * 9, near * 30, 3))
      put(picture, view, x, y, mix(water, scale(hazeTint(rayOf(view, x, view.horizon)), 1.02), clamp01(mist)))
    }
  }
}

/** Ground drawn below the horizon (a near shore); black means nothing was drawn there. */
function isLand(picture: Float32Array, view: View, x: number, y: number): boolean {
  return (picture[(y * view.width + x) * 3 + 2] ?? 0) > 0
}

/** Light that strays around the sun: two wide box blurs of what is brighter than white, added back. */
function bloom(view: View, picture: Float32Array): void {
  const factor = 8
  const w = Math.floor(view.width / factor)
  const h = Math.floor(view.height / factor)
  let small = new Float32Array(w * h * 3)
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      for (let c = 0; c < 3; c++) {
        const value = picture[(y * factor * view.width + x * factor) * 3 + c] ?? 0
        small[(y * w + x) * 3 + c] = Math.max(0, Math.min(6, value) - 0.82)
      }
    }
  }
  for (const radius of [Math.round(w / 40), Math.round(w / 16)]) {
    small = boxBlur(boxBlur(small, w, h, radius, 3, w * 3), h, w, radius, w * 3, 3)
  }
  for (let y = 0; y < view.height; y++) {
    for (let x = 0; x < view.width; x++) {
      const at = (Math.min(h - 1, Math.floor(y / factor)) * w + Math.min(w - 1, Math.floor(x / factor))) * 3
      for (let c = 0; c < 3; c++) {
        const index = (y * view.width + x) * 3 + c
        picture[index] = (picture[index] ?? 0) + 0.5 * (small[at + c] ?? 0)
      }
    }
  }
}

/** Running mean along one axis: `count` samples `stride` apart in each of `lines` lines `lineStride` apart. */
function boxBlur(
  source: Float32Array,
  count: number,
  lines: number,
  radius: number,
  stride: number,
  lineStride: number,
): Float32Array<ArrayBuffer> {
  const target = new Float32Array(source.length)
  for (let line = 0; line < lines; line++) {
    for (let c = 0; c < 3; c++) {
      const base = line * lineStride + c
      let sum = 0
      for (let i = -radius; i < count + radius; i++) {
        sum += source[base + Math.min(count - 1, Math.max(0, i + radius)) * stride] ?? 0
        sum -= source[base + Math.min(count - 1, Math.max(0, i - radius - 1)) * stride] ?? 0
        if (i >= 0 && i < count) target[base + i * stride] = Math.max(0, sum / (2 * radius + 1))
      }
    }
  }
  return target
}

/** Filmic curve, a light vignette and grain, then down to the wanted size. */
async function develop(view: View, picture: Float32Array, width: number): Promise<Buffer> {
  const random = randomFrom(99)
  const bytes = Buffer.alloc(view.width * view.height * 3)
  for (let y = 0; y < view.height; y++) {
    for (let x = 0; x < view.width; x++) {
      const vignette = 1 - 0.3 * ((x / view.width - 0.5) ** 2 + (y / view.height - 0.5) ** 2) * 1.5
      const grain = (random() - 0.5) * 3
      for (let c = 0; c < 3; c++) {
        const at = (y * view.width + x) * 3 + c
        bytes[at] = Math.max(
          0,
          Math.min(255, Math.round(encodeSrgb(filmic((picture[at] ?? 0) * vignette)) + grain)),
        )
      }
    }
  }
  return sharp(bytes, { raw: { width: view.width, height: view.height, channels: 3 } })
    .resize(width)
    .modulate({ saturation: 1.22 })
    .linear(1.09, -9)
    .jpeg({ quality: 90, progressive: true, chromaSubsampling: '4:2:0', mozjpeg: false })
    .toBuffer()
}

/** Narkowicz' fit of the ACES curve (2016), which rolls bright colours off without clipping their hue. */
function filmic(value: number): number {
  const v = value * 0.66
  return clamp01((v * (2.51 * v + 0.03)) / (v * (2.43 * v + 0.59) + 0.14))
}

function put(picture: Float32Array, view: View, x: number, y: number, color: Rgb): void {
  const at = (y * view.width + x) * 3
  picture[at] = color[0]
  picture[at + 1] = color[1]
  picture[at + 2] = color[2]
}
