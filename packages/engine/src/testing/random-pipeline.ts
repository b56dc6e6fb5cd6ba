/** Seeded random pipelines over every operation, for the equivalence test. */
import type { OperationInput } from '@fovea/core'

/** Numbers in [0, 1) from a seed; the same seed gives the same pipeline on every machine. Source: mulberry32 */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const positions = [
  'center',
  'top',
  'bottom',
  'left',
  'right',
  'top-left',
  'top-right',
  'bottom-left',
  'bottom-right',
] as const
const colours = ['#00000000', '#ffffff', '#808080', '#c04020', '#20a0f080', 'white', '#10203040'] as const

/** Share of pipelines that trim somewhere. */
const trimmedShare = 0.3

/**
 * A border of a colour that pictures do not have, and its trim. On a soft edge of its own a picture's border depends
 * on the last bit of a pixel: a test of rounding, not of the planner.
 */
function withTrim(operations: readonly OperationInput[], at: number): readonly OperationInput[] {
  const border = { op: 'extend', top: 9, right: 4, bottom: 6, left: 11, background: '#ff00ff' } as const
  const pair: readonly OperationInput[] = [border, { op: 'trim', threshold: 30, background: '#ff00ff' }]
  return operations.toSpliced(at, 0, ...pair)
}

/** 3–8 operations with parameters from their useful ranges. */
export function randomPipeline(random: () => number): readonly OperationInput[] {
  const pick = <T>(items: readonly [T, ...T[]]): T => items[Math.floor(random() * items.length)] ?? items[0]
  const whole = (low: number, high: number) => low + Math.floor(random() * (high - low + 1))
  const makers: readonly [() => OperationInput, ...(() => OperationInput)[]] = [
    () => ({
      op: 'resize',
      width: whole(60, 360),
      height: whole(60, 300),
      fit: pick(['cover', 'contain', 'fill', 'inside', 'outside']),
      position: pick(positions),
      background: pick(colours),
      upscale: random() < 0.5,
    }),
    () => ({ op: 'resize', width: whole(60, 300), upscale: random() < 0.5 }),
    () => ({
      op: 'resize',
      height: whole(60, 240),
      upscale: false,
      kernel: pick(['mitchell', 'linear', 'cubic']),
    }),
    () => ({
      op: 'crop',
      left: whole(0, 12),
      top: whole(0, 12),
      width: whole(40, 48),
      height: whole(40, 48),
    }),
    () => ({ op: 'crop', aspect: pick(['1:1', '16:9', '3:4']), position: pick(positions) }),
    () => ({ op: 'rotate', angle: pick([90, 180, 270, 90, 270]) }),
    () => ({ op: 'rotate', angle: whole(1, 359), background: pick(colours) }),
    () => ({ op: 'flip' }),
    () => ({ op: 'flop' }),
    () => ({ op: 'blur', sigma: pick([0.3, 0.8, 1.5, 4, 9, 45]) }),
    () => ({ op: 'sharpen', sigma: pick([0.5, 1, 2]), flat: pick([0, 1]), jagged: pick([1, 2, 4]) }),
    () => ({ op: 'grayscale' }),
    () => ({
      op: 'modulate',
      brightness: pick([0.7, 1, 1.3]),
      saturation: pick([0.4, 1, 1.6]),
      hue: pick([0, 45, 180]),
      lightness: pick([-10, 0, 12]),
    }),
    () => ({ op: 'flatten', background: pick(colours) }),
    () => ({
      op: 'extend',
      top: whole(0, 14),
      right: whole(0, 14),
      bottom: whole(0, 14),
      left: whole(0, 14),
      background: pick(colours),
    }),
  ]
  const operations = Array.from({ length: whole(3, 8) }, () => pick(makers)())
  return random() < trimmedShare ? withTrim(operations, whole(0, operations.length)) : operations
}
