/** Seeded random pipelines over every operation, for the equivalence test. */
import { gravities, type OperationInput } from '@fovea/core/model'

const colours = ['#00000000', '#ffffff', '#808080', '#c04020', '#20a0f080', 'white', '#10203040'] as const

/** Ways to ask for a size. */
type Sides = Omit<Extract<OperationInput, { op: 'resize' }>, 'op'>

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
      fit: pick(['cover', 'contain', 'fill', 'inside', 'outside', 'auto']),
      position: pick(gravities),
      fill: pick(['color', 'color', 'copy', 'mirror', 'blur']),
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
    () => ({
      op: 'resize',
      ...pick<Sides>([
        { width: '70%' },
        { height: '130%' },
        { aspect: '5:4' },
        { maxWidth: 200, minHeight: 90 },
      ]),
      position: { x: random(), y: random() },
      upscale: false,
      whenSmaller: pick(['fit', 'keep']),
    }),
    () => ({ op: 'crop', aspect: pick(['1:1', '16:9', '3:4']), position: pick(gravities) }),
    () => ({
      op: 'crop',
      aspect: pick(['1:1', '2:1']),
      aspectTo: pick(['4:3', '1:2']),
      zoom: pick([1, 1.2]),
      position: { x: random(), y: random() },
    }),
    () => ({ op: 'crop', left: '6%', right: whole(0, 9), top: whole(0, 9), height: '80%' }),
    () => ({
      op: 'crop',
      width: '85%',
      height: whole(50, 900),
      position: pick(gravities),
      offsetX: whole(-9, 9),
      outside: 'clip',
    }),
    // Nothing is found without models.
    () => ({ op: 'smartCrop', aspect: pick(['2:1', '3:4']), otherwise: pick(gravities) }),
    () => ({ op: 'rotate', angle: pick([90, 180, 270, 90, 270]) }),
    () => ({ op: 'rotate', angle: whole(1, 359), background: pick(colours) }),
    () => ({ op: 'rotate', angle: whole(-20, 20), corners: 'zoom' }),
    () => ({ op: 'orient', orientation: whole(1, 8) }),
    () => ({ op: 'convert', format: pick(['jpeg', 'png']), background: pick(colours) }),
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
    () => ({ op: 'tint', color: pick(['#c04020', 'teal', '#8080ff']) }),
    () => ({ op: 'normalize', lower: pick([0, 1, 10]), upper: pick([90, 99, 100]) }),
    () => ({
      op: 'threshold',
      value: pick([60, 128, 190]),
      grayscale: random() < 0.6,
      dither: random() < 0.3,
    }),
    () => ({ op: 'invert', alpha: random() < 0.3 }),
    () => ({ op: 'gamma', gamma: pick([0.6, 1.4, 2.2]) }),
    () => ({ op: 'brightness', amount: pick([-25, 15, 30]) }),
    () => ({ op: 'contrast', amount: pick([-40, 20, 35]) }),
    () => ({ op: 'exposure', stops: pick([-1, 0.5, 1]) }),
    () => ({ op: pick(['highlights', 'shadows']), amount: pick([-70, 40, 100]) }),
    () => ({ op: 'vibrance', amount: pick([-60, 50, 100]) }),
    () => ({ op: 'sepia', amount: pick([40, 100]) }),
    () => ({ op: 'monochrome', color: pick(['#c04020', 'palegreen']) }),
    () => ({ op: 'duotone', shadow: pick(['#1b2a6b', 'black']), highlight: pick(['#ffd76e', '#fff']) }),
    () => ({ op: 'opacity', opacity: pick([0.3, 0.75]) }),
    () => ({ op: 'median', size: pick([3, 5]) }),
    () => ({ op: 'unsharp', sigma: pick([0.8, 3]), amount: pick([-80, 50, 120]) }),
    () => ({ op: 'pixelate', block: pick([4, 9]) }),
    () => ({ op: 'blur', sigma: pick([2, 40]), left: 4, top: 7, width: 30, height: whole(20, 30) }),
    () => ({ op: 'pixelate', block: pick([3, 8]), left: 2, top: 3, width: 31, height: whole(20, 30) }),
    () => ({ op: 'colorize', color: pick(['#c04020', 'teal']), amount: pick([20, 70]) }),
    () => ({ op: 'gradientMap', colors: ['navy', 'tomato', 'ivory'], amount: pick([50, 100]) }),
    () => ({ op: 'duotone', shadow: pick(['#1b2a6b', 'black']), amount: pick([30, 80]) }),
    () => ({ op: 'halftone', size: pick([4, 9]), angle: pick([0, 20, 45]) }),
    () => ({ op: 'denoise', level: pick([4, 15]), radius: pick([1, 3]), edges: pick([0, 80]) }),
    () => ({ op: 'autoEnhance', amount: pick([50, 100]) }),
    () => ({ op: 'pad', aspect: pick(['1:1', '4:3']), position: pick(gravities), background: pick(colours) }),
    () => ({
      op: 'pad',
      width: whole(200, 330),
      height: '120%',
      position: pick(gravities),
      fill: pick(['copy', 'mirror', 'blur']),
      fillBlur: pick([2, 8, 40]),
      fillOpacity: pick([1, 0.6]),
      background: pick(colours),
    }),
    () => ({ op: 'border', width: whole(1, 9), color: pick(colours) }),
    () => ({
      op: 'border',
      width: whole(2, 9),
      left: whole(0, 20),
      color: pick(colours),
      inside: random() < 0.5,
      radius: pick([0, 12, '20%']),
    }),
    () => ({ op: 'roundCorners', radius: pick([6, 20, 1000, '30%']), topLeft: whole(0, 40) }),
    () => ({ op: 'mask', shape: pick(['ellipse', 'circle']) }),
    () => ({
      op: 'overlay',
      picture: { asset: 'logo.png' },
      width: pick<string | number>(['20%', 40, 90]),
      position: pick(gravities),
      x: whole(-20, 20),
      ...(random() < 0.3 ? { anchor: { x: 0.5, y: 1 } } : {}),
      padding: whole(0, 12),
      opacity: pick([0.4, 1]),
      rotation: pick([0, 0, 90, 33]),
      blend: pick(['normal', 'multiply', 'soft-light', 'screen']),
      tile: random() < 0.3,
      spacing: whole(0, 9),
    }),
    () => ({
      op: 'colorOverlay',
      color: pick(colours),
      to: pick(colours),
      angle: whole(0, 359),
      opacity: pick([0.3, 0.8]),
      blend: pick(['normal', 'overlay', 'color', 'luminosity']),
    }),
    () => ({
      op: 'maskImage',
      picture: { asset: 'logo.png' },
      fit: pick(['fill', 'cover', 'contain']),
      invert: random() < 0.5,
    }),
    () => ({
      op: 'text',
      text: pick(['Ag', 'two\nlines', 'שלום', '😀 ok']),
      fontSize: pick<number | string>([12, '10%']),
      position: pick(gravities),
      color: pick(colours),
      strokeWidth: pick([0, 2]),
      background: pick(colours),
      angle: pick([0, 0, 30]),
      repeat: random() < 0.2,
    }),
  ]
  const operations = Array.from({ length: whole(3, 8) }, () => pick(makers)())
  return random() < trimmedShare ? withTrim(operations, whole(0, operations.length)) : operations
}
