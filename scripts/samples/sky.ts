/** The sky of the landscape: a gradient around a low sun, two cloud layers and the last stars. */
import { add, cellRandom, clamp01, fractal, linear, mix, type Rgb, scale, smoothstep } from './noise.ts'

/** Unit vector towards the sun: x right, y up, z away from the camera. */
export const sunDirection: Rgb = (() => {
  const azimuth = -0.12
  const elevation = 0.135
  return [
    Math.sin(azimuth) * Math.cos(elevation),
    Math.sin(elevation),
    Math.cos(azimuth) * Math.cos(elevation),
  ]
})()

const zenith = linear('#1f3a86')
const middle = linear('#6f86bf')
const low = linear('#e9b39a')
const horizon = linear('#ffd6a3')
const glow: Rgb = [1.5, 0.78, 0.34]

/** Sky without clouds. */
function clearSky(ray: Rgb): Rgb {
  const up = Math.max(0, ray[1])
  let color = mix(horizon, low, smoothstep(0, 0.1, up))
  color = mix(color, middle, smoothstep(0.06, 0.27, up))
  color = mix(color, zenith, smoothstep(0.2, 0.62, up))
  const cos = clamp01(dot(ray, sunDirection))
  color = add(color, scale(glow, 0.5 * cos ** 18 + 0.65 * cos ** 90 + 1.4 * cos ** 900))
  const disc = smoothstep(0.99965, 0.99985, cos)
  return add(color, scale([14, 9.5, 5.2], disc))
}

/** Sky with clouds and stars, linear light. */
export function cloudySky(ray: Rgb): Rgb {
  const up = Math.max(0.004, ray[1])
  let color = add(clearSky(ray), stars(ray))
  const towardsSun = clamp01(dot(ray, sunDirection))
  color = layer(color, ray, towardsSun, up, {
    lift: 0.1,
    stretch: [0.9, 2.4],
    cover: [0.5, 0.78],
    opacity: 0.72,
    seed: 4.2,
  })
  color = layer(color, ray, towardsSun, up, {
    lift: 0.05,
    stretch: [2.2, 3.4],
    cover: [0.53, 0.72],
    opacity: 0.85,
    seed: 17.6,
  })
  return color
}

interface CloudLayer {
  readonly lift: number
  readonly stretch: readonly [number, number]
  readonly cover: readonly [number, number]
  readonly opacity: number
  readonly seed: number
}

function layer(behind: Rgb, ray: Rgb, towardsSun: number, up: number, cloud: CloudLayer): Rgb {
  const u = (ray[0] / (up + cloud.lift)) * cloud.stretch[0] + cloud.seed
  const v = (ray[2] / (up + cloud.lift)) * cloud.stretch[1] * 0.5
  const warp = fractal(u * 0.7 + 5, v * 0.7, 4)
  const amount = fractal(u + warp * 1.6, v + warp * 0.9, 7)
  const density = smoothstep(cloud.cover[0], cloud.cover[1], amount)
  if (density <= 0) return behind
  const sunward = fractal(u + warp * 1.6 + sunDirection[0] * 0.14, v + warp * 0.9 + 0.16, 5)
  const edge = clamp01(0.55 + (amount - sunward) * 3.2)
  const shadow = mix(linear('#8b86ad'), linear('#c98f92'), smoothstep(0.3, 0.02, up))
  const lit = mix([1.02, 0.74, 0.66], [2.1, 1.26, 0.72], towardsSun ** 9)
  const color = mix(shadow, lit, edge * (0.45 + 0.55 * towardsSun ** 2))
  const fade = smoothstep(0.012, 0.07, up)
  return mix(behind, color, density * cloud.opacity * fade)
}

function stars(ray: Rgb): Rgb {
  const strength = smoothstep(0.34, 0.6, ray[1])
  if (strength <= 0) return [0, 0, 0]
  const u = ray[0] * 260
  const v = ray[1] * 260
  const cx = Math.floor(u)
  const cy = Math.floor(v)
  if (cellRandom(cx, cy, 1) < 0.985) return [0, 0, 0]
  const dx = u - cx - 0.3 - 0.4 * cellRandom(cx, cy, 2)
  const dy = v - cy - 0.3 - 0.4 * cellRandom(cx, cy, 3)
  const bright = Math.exp(-(dx * dx + dy * dy) * 60) * (0.3 + cellRandom(cx, cy, 4)) * strength
  return [bright * 0.9, bright * 0.95, bright * 1.05]
}

/** Colour that far things fade to in the direction of `ray`. */
export function hazeTint(ray: Rgb): Rgb {
  const flat = Math.hypot(ray[0], ray[2])
  const cos = clamp01((ray[0] * sunDirection[0] + ray[2] * sunDirection[2]) / flat)
  return mix(linear('#8798cc'), add(horizon, scale(glow, 0.12)), cos ** 14 * 0.85)
}

function dot(a: Rgb, b: Rgb): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
