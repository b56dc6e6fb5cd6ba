/**
 * BlurHash: a picture's lowest frequencies in 6 to 166 printable characters, which every client library can draw.
 *
 * Transparent parts are laid over white, because the format has no alpha.
 * Source: the format description in the BlurHash repository (Algorithm.md), read 2026-11-22
 */
import { fromLinear } from '@fovea/core/model'
import { correlation, cosines } from './cosines.ts'
import { linearOf } from './oklab.ts'
import { fitted, overWhite, type Sample } from './sample.ts'

/** Waves across and down, each 1–9. */
export interface Components {
  readonly x: number
  readonly y: number
}

/** More pixels than this per side change no digit that anyone could see. */
const maxSide = 64
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~'

/** Four waves along the longer side and three along the other; three each for pictures near a square. */
export function componentsFor({ width, height }: Pick<Sample, 'width' | 'height'>): Components {
  if (width * 10 > height * 11) return { x: 4, y: 3 }
  return height * 10 > width * 11 ? { x: 3, y: 4 } : { x: 4, y: 4 }
}

export function blurHash(sample: Sample, { x, y }: Components): string {
  const [average = [0, 0, 0], ...waves] = factors(overWhite(fitted(sample, maxSide)), { x, y })
  const strongest = Math.max(0, ...waves.flat().map(Math.abs))
  const scale = waves.length === 0 ? 0 : clamp(Math.floor(strongest * 166 - 0.5), 82)
  const [r, g, b] = average.map((value) => Math.trunc(255 * fromLinear(clamp(value, 1)) + 0.5))
  return [
    base83(x - 1 + (y - 1) * 9, 1),
    base83(scale, 1),
    base83(((r ?? 0) << 16) | ((g ?? 0) << 8) | (b ?? 0), 4),
    ...waves.map((wave) => base83(nineteenths(wave, (scale + 1) / 166), 2)),
  ].join('')
}

/** Strength of each wave in red, green and blue of linear light; the first is the mean. */
function factors({ rgba, width, height }: Sample, { x, y }: Components): readonly (readonly number[])[] {
  const planes = [0, 1, 2].map((channel) =>
    Float64Array.from(
      { length: width * height },
      (_, pixel) => linearOf[rgba[pixel * 4 + channel] ?? 0] ?? 0,
    ),
  )
  const across = cosines(x, width, 0)
  return cosines(y, height, 0).flatMap((down, row) =>
    across.map((wave, column) =>
      planes.map((plane) => correlation(plane, wave, down) * (row === 0 && column === 0 ? 1 : 2)),
    ),
  )
}

/** Three channels as digits of base 19; small values get the finer steps. */
function nineteenths(wave: readonly number[], most: number): number {
  return wave.reduce((number, value) => {
    const part = value / most
    const level = clamp(Math.floor(Math.sign(part) * Math.sqrt(Math.abs(part)) * 9 + 9.5), 18)
    return number * 19 + level
  }, 0)
}

function base83(value: number, length: number): string {
  let text = ''
  for (let rest = value, place = 0; place < length; place++, rest = Math.floor(rest / 83))
    text = digits.charAt(rest % 83) + text
  return text
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(0, value))
}
