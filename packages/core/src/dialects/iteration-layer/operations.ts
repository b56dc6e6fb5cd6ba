/**
 * The vendor's operations, one row each: what it reads of its members, and which operations of ours that is.
 *
 * Two rows say nothing about pixels at their place: `compress_to_size` bounds the file at the end, and `convert` also
 * says what the file is. Where the contract is silent (positions, the meaning of sigmas) the words are taken as
 * libvips takes them.
 *
 * Source: the vendor's operation table, read 2026-05.
 */
import type { Format } from '../../formats/formats.ts'
import type { OperationInput } from '../../operations/index.ts'
import { mostMaxBytes } from '../../request/byte-budget.ts'
import type { Fields } from './fields.ts'

/** What one operation of a request becomes. */
export interface Piece {
  readonly operations?: readonly OperationInput[]
  /** The file's format from here on. */
  readonly format?: Format
  readonly quality?: number
  readonly maxBytes?: number
}

type Reader = (fields: Fields) => Piece

const black = '#000000ff'
const fits = ['cover', 'contain', 'fill', 'inside', 'outside'] as const
/** `gif` stands in the vendor's prose, not in its types. */
const formats = ['png', 'jpeg', 'webp', 'avif', 'heif', 'gif'] as const
/** A Gaussian this narrow moves no 8-bit pixel by more than a level; the engine begins here. */
const leastSigma = 0.3

export const readers = {
  resize: (fields) => {
    const box = boxOf(fields)
    const fit = fields.oneOf('fit', fits)
    switch (fit) {
      case 'contain':
        return only({ op: 'resize', ...box, fit, background: black })
      // In the vendor's words inside only shrinks, and outside only enlarges.
      case 'inside':
        return only({ op: 'resize', ...box, fit, upscale: false })
      case 'outside':
        return only({ op: 'resize', ...box, fit, downscale: false })
      default:
        return only({ op: 'resize', ...box, fit })
    }
  },
  crop: (fields) =>
    only({
      op: 'crop',
      left: fields.pixels('left', { min: 0 }),
      top: fields.pixels('top', { min: 0 }),
      ...boxOf(fields),
    }),
  smart_crop: (fields) => only({ op: 'smartCrop', ...boxOf(fields), otherwise: 'center' }),
  extend: (fields) =>
    only({
      op: 'extend',
      top: fields.pixels('top', { min: 0 }),
      right: fields.pixels('right', { min: 0 }),
      bottom: fields.pixels('bottom', { min: 0 }),
      left: fields.pixels('left', { min: 0 }),
      background: fields.color('hex_color'),
    }),
  trim: (fields) => only({ op: 'trim', threshold: fields.number('threshold', { min: 0 }) }),
  rotate: (fields) =>
    only({
      op: 'rotate',
      angle: fields.number('angle_in_degrees', {}),
      background: fields.optionalColor('hex_color') ?? black,
    }),
  flip: () => only({ op: 'flip' }),
  flop: () => only({ op: 'flop' }),
  blur: (fields) => {
    const sigma = fields.number('sigma', { above: 0 })
    return sigma < leastSigma ? {} : only({ op: 'blur', sigma })
  },
  sharpen: (fields) => only({ op: 'sharpen', sigma: fields.number('sigma', { above: 0 }) }),
  modulate: (fields) => {
    const brightness = fields.optionalNumber('brightness', { min: 0 })
    const saturation = fields.optionalNumber('saturation', { min: 0 })
    const hue = fields.optionalNumber('hue', {})
    if (brightness === undefined && saturation === undefined && hue === undefined)
      throw fields.invalid('brightness', 'is required, or saturation, or hue')
    return modulated({ brightness, saturation, hue })
  },
  tint: (fields) => only({ op: 'tint', color: fields.color('hex_color') }),
  grayscale: () => only({ op: 'grayscale' }),
  invert_colors: () => only({ op: 'invert' }),
  auto_contrast: () => only({ op: 'normalize' }),
  gamma: (fields) => only({ op: 'gamma', gamma: fields.number('gamma', { above: 0 }) }),
  remove_transparency: (fields) => only({ op: 'flatten', background: fields.color('hex_color') }),
  threshold: (fields) =>
    only({
      op: 'threshold',
      value: fields.number('value', { min: 0, max: 255 }),
      grayscale: fields.flag('is_grayscale'),
    }),
  denoise: (fields) => only({ op: 'median', size: fields.number('size', { above: 0, isWhole: true }) }),
  opacity: (fields) =>
    only({ op: 'opacity', opacity: fields.number('opacity_in_percent', { min: 0, max: 100 }) / 100 }),
  convert: (fields) => {
    const format = fields.oneOf('format', formats)
    const quality = fields.optionalNumber('quality', { min: 1, max: 100, isWhole: true })
    return { ...only({ op: 'convert', format }), format, ...(quality === undefined ? {} : { quality }) }
  },
  compress_to_size: (fields) => {
    const rule = { min: 1, max: mostMaxBytes, isWhole: true }
    return { maxBytes: fields.number('max_file_size_in_bytes', rule) }
  },
  upscale: (fields) => {
    const factor = fields.number('factor', { isWhole: true })
    if (factor !== 2 && factor !== 3 && factor !== 4)
      throw fields.invalid('factor', `must be 2, 3 or 4, not ${factor}`)
    return only({ op: 'upscale', factor })
  },
  remove_background: (fields) => {
    // The vendor's texts know the second name, its clients send the first.
    const [named, older] = [fields.optionalColor('background_hex_color'), fields.optionalColor('hex_color')]
    const background = named ?? older
    return only({ op: 'removeBackground', ...(background === undefined ? {} : { background }) })
  },
} as const satisfies Readonly<Record<string, Reader>>

/** Other names, and what the vendor's older texts call an operation of the list by the member it changes. */
export const aliases: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['pad', readers.extend],
  ['contrast', readers.auto_contrast],
  ['auto_enhance', readers.auto_contrast],
  ['invert', readers.invert_colors],
  ['background_removal', readers.remove_background],
  ['ai_upscale', readers.upscale],
  ['brightness', (fields) => modulated({ brightness: fields.number('brightness', { min: 0 }) })],
  ['saturation', (fields) => modulated({ saturation: fields.number('saturation', { min: 0 }) })],
  ['hue_rotate', (fields) => modulated({ hue: fields.number('hue', {}, ['angle_in_degrees']) })],
])

function only(operation: OperationInput): Piece {
  return { operations: [operation] }
}

function boxOf(fields: Fields) {
  return { width: fields.pixels('width', { min: 1 }), height: fields.pixels('height', { min: 1 }) }
}

function modulated(given: {
  readonly brightness?: number | undefined
  readonly saturation?: number | undefined
  readonly hue?: number | undefined
}): Piece {
  const { brightness = 1, saturation = 1, hue = 0 } = given
  // Hues are whole degrees here; the vendor's are read as such too.
  return only({ op: 'modulate', brightness, saturation, hue: Math.round(hue % 360) })
}
