/** Heights of the landscape: a lake in a valley, side ranges, one main peak, and trees on the low slopes. */
import { cellRandom, clamp01, fractal, noise, noiseWithSlope, smoothstep } from './noise.ts'

export const waterLevel = 0

const slopeNoise = { value: 0, dx: 0, dy: 0 }

/**
 * Fractal noise whose octaves fade where the ground is already steep, which leaves sharp ridges and smooth valley
 * floors as erosion does. After Inigo Quilez, "Value noise derivatives" (2008). About [0, 1.4].
 */
function eroded(x: number, z: number, octaves: number): number {
  let sum = 0
  let weight = 1
  let sx = 0
  let sz = 0
  let px = x
  let pz = z
  for (let octave = 0; octave < octaves; octave++) {
    noiseWithSlope(px, pz, slopeNoise)
    sx += slopeNoise.dx
    sz += slopeNoise.dy
    sum += (weight * slopeNoise.value) / (1 + sx * sx + sz * sz)
    weight *= 0.5
    const turned = 1.6 * px - 1.2 * pz
    pz = 1.2 * px + 1.6 * pz
    px = turned
  }
  return sum
}

/** Height above the datum at a place; `depth` (distance from the camera) drops detail that could not be seen. */
export function groundHeight(x: number, z: number, depth: number): number {
  const octaves = depth < 700 ? 10 : depth < 1800 ? 9 : 8
  const rough = eroded(x * 0.0031 + 11.3, z * 0.0031 + 4.1, octaves)
  const valley = Math.abs(x - 60 * Math.sin(z * 0.0016 + 0.6)) / (200 + z * 0.16)
  const shore = smoothstep(0.55, 2.1, valley)
  const back = smoothstep(820, 2300, z)
  const peak =
    cone(x, z, 560, 2900, 1250) * 640 +
    cone(x, z, -1250, 3300, 1300) * 470 +
    cone(x, z, 2000, 3300, 1400) * 430
  const lake = -16 + 10 * fractal(x * 0.006, z * 0.006, 3)
  const hills = (rough - 0.28) * (70 + 230 * shore + 150 * back) + 90 * shore * shore
  const land =
    hills * Math.max(shore, back * 0.75) +
    peak * (0.62 + 0.55 * rough) +
    lake * (1 - 0.8 * Math.max(shore, back))
  return land + (depth < 1500 && land > 1.5 ? trees(x, z, land) : 0)
}

function cone(x: number, z: number, cx: number, cz: number, radius: number): number {
  const distance = Math.hypot(x - cx, (z - cz) * 0.9) / radius
  return clamp01(1 - distance) ** 1.25
}

/** Height of the tree standing here, 0 between trees. Trees are narrow cones on a jittered grid. */
function trees(x: number, z: number, land: number): number {
  const cover = smoothstep(170, 70, land) * smoothstep(0.3, 0.5, noise(x * 0.021 + 3, z * 0.021))
  if (cover <= 0) return 0
  const cell = 4.2
  const cx = Math.floor(x / cell)
  const cz = Math.floor(z / cell)
  let best = 0
  for (let dx = -1; dx <= 1; dx++) {
    for (let dz = -1; dz <= 1; dz++) {
      const gx = cx + dx
      const gz = cz + dz
      if (cellRandom(gx, gz, 5) > cover) continue
      const tx = (gx + 0.2 + 0.6 * cellRandom(gx, gz, 6)) * cell
      const tz = (gz + 0.2 + 0.6 * cellRandom(gx, gz, 7)) * cell
      const tall = 7 + 9 * cellRandom(gx, gz, 8)
      const distance = Math.hypot(x - tx, z - tz) / (tall * 0.24)
      if (distance < 1) best = Math.max(best, tall * (1 - distance))
    }
  }
  return best
}
