/** Draws text over the image with the bundled fonts. */
import * as z from 'zod'
import { toRgba } from '../geometry/color.ts'
import { type Gravity, gravities } from '../geometry/gravity.ts'
import {
  fontFamilies,
  type TextStep,
  textAlignments,
  textCuts,
  textDirections,
  textFits,
  textOverflows,
} from '../steps/text.ts'
import { defineOperation } from './define.ts'
import type { Frame } from './frame.ts'
import { length, pixelsOf } from './length.ts'
import { angle, color, pixels, real, transparent } from './parameters.ts'
import { writing } from './writing.ts'

const size = (max: number) => real({ min: 0, max, unit: 'px' })

const params = z.strictObject({
  text: writing({ max: 2_000 }).describe('What to write; lines are parted by line feeds'),
  font: z
    .enum(fontFamilies)
    .default('sans')
    .describe('Bundled family; other scripts fall back by themselves'),
  weight: z.int().min(100).max(900).default(400).describe('Weight, 400 is regular and 700 bold'),
  italic: z.boolean().default(false).describe('Italic, slanted where a family has none'),
  fontSize: length({ maxPixels: 4_000, maxPercent: 1_000 })
    .default(24)
    .describe('Size, or a share of the image width'),
  fit: z
    .enum(textFits)
    .default('none')
    .describe(
      'Size by the room there is: `shrink` goes below the size until all fits, `max` is the largest that fits',
    ),
  color: color().default('#ffffffff').describe('Colour of the glyphs'),
  opacity: real({ min: 0, max: 1 }).default(1).describe('Of the text with its stroke, shadow and background'),
  position: z.enum(gravities).default('bottom-right').describe('Where on the image'),
  padding: pixels({ min: 0 }).default(10).describe('Distance from the edges'),
  x: length({ min: -1_000_000, maxPercent: 1_000 })
    .default(0)
    .describe('Moved to the right, or a share of the width'),
  y: length({ min: -1_000_000, maxPercent: 1_000 })
    .default(0)
    .describe('Moved down, or a share of the height'),
  maxWidth: length({ maxPercent: 1_000 })
    .optional()
    .describe('Longest line, or a share of the image width; without it what lies inside the padding'),
  maxHeight: length({ maxPercent: 1_000 })
    .optional()
    .describe('Height of all lines, or a share of the image height; without it what lies inside the padding'),
  maxLines: z.int().min(1).max(2_000).optional().describe('Most lines'),
  wrap: z.boolean().default(true).describe('Whether a long line goes on in the next'),
  overflow: z
    .enum(textOverflows)
    .default('ellipsis')
    .describe('Whether what does not fit ends in an ellipsis'),
  cutAt: z.enum(textCuts).default('end').describe('Which part of an unwrapped line that is too long goes'),
  align: z.enum(textAlignments).optional().describe('Of lines to each other; follows the position'),
  direction: z
    .enum(textDirections)
    .default('auto')
    .describe('Of paragraphs; `auto` goes by the first letter'),
  language: z
    .string()
    .regex(/^(?:[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3})?$/)
    .default('')
    .describe('Language, where characters have more than one shape: `ja`, `zh-Hant`, `sr`'),
  lineHeight: real({ min: 0.5, max: 5 }).default(1.2).describe('From line to line, times the size'),
  letterSpacing: real({ min: -100, max: 1_000, unit: 'px' }).default(0).describe('Added between letters'),
  strokeColor: color().default('#000000ff').describe('Colour of the outline'),
  strokeWidth: size(200).default(0).describe('Width of the outline around the glyphs'),
  shadowColor: color().default(transparent).describe('Colour of the shadow; transparent is none'),
  shadowX: real({ min: -1_000, max: 1_000, unit: 'px' }).default(2).describe('Shadow to the right'),
  shadowY: real({ min: -1_000, max: 1_000, unit: 'px' }).default(2).describe('Shadow down'),
  shadowBlur: size(200).default(4).describe('Softness of the shadow'),
  background: color().default(transparent).describe('Colour of a box behind the text; transparent is none'),
  backgroundPadding: size(1_000).default(8).describe('Box beyond the text'),
  backgroundRadius: size(1_000).default(0).describe('Radius of the corners of the box'),
  angle: angle().default(0).describe('Turn, clockwise'),
  repeat: z.boolean().default(false).describe('Whether the text is repeated all over the image'),
  gap: pixels({ min: 0, max: 10_000 }).default(40).describe('Distance between repetitions'),
})

type Text = z.output<typeof params>

export const text = defineOperation({
  op: 'text',
  category: 'compose',
  revision: 1,
  summary: 'Write text on the image, in any script, wrapped, fitted, outlined, shadowed, turned or repeated.',
  params,
  examples: [
    { text: '© Fovea', position: 'bottom-right' },
    {
      text: 'Wrapped and centred',
      font: 'serif',
      weight: 700,
      fontSize: '9%',
      position: 'center',
      maxWidth: '70%',
      strokeWidth: 2,
      shadowColor: 'rgb(0 0 0 / 60%)',
    },
    { text: 'SAMPLE', font: 'display', color: '#ffffff66', angle: -30, repeat: true, fontSize: 28 },
    { text: 'مرحبا 👋', fit: 'max', maxWidth: '60%', position: 'top', background: '#000000a0' },
  ],
  normalise: (params) => {
    if (params.text.trim() === '' || params.opacity === 0) return undefined
    const { strokeWidth, strokeColor, shadowColor, background, repeat, fit } = params
    return {
      ...params,
      ...(strokeWidth > 0 && isVisible(strokeColor) ? {} : { strokeWidth: 0, strokeColor: '#000000ff' }),
      ...(isVisible(shadowColor) ? {} : { shadowColor: transparent, shadowX: 2, shadowY: 2, shadowBlur: 4 }),
      ...(isVisible(background)
        ? {}
        : { background: transparent, backgroundPadding: 8, backgroundRadius: 0 }),
      ...(repeat ? {} : { gap: 40 }),
      ...(fit === 'max' ? { fontSize: 24 } : {}),
    }
  },
  lower: (params, frame) => {
    if (params.text.trim() === '' || params.opacity === 0) return []
    return [resolved(params, frame)]
  },
})

function resolved(params: Text, frame: Frame): TextStep {
  const { strokeWidth, background, backgroundPadding, backgroundRadius, maxLines } = params
  const stroke =
    strokeWidth > 0 && isVisible(params.strokeColor)
      ? { width: strokeWidth, color: toRgba(params.strokeColor) }
      : undefined
  const box = isVisible(background)
    ? { color: toRgba(background), padding: backgroundPadding, radius: backgroundRadius }
    : undefined
  const { shadowX, shadowY, shadowBlur } = params
  const shadow = isVisible(params.shadowColor)
    ? { x: shadowX, y: shadowY, blur: shadowBlur, color: toRgba(params.shadowColor) }
    : undefined
  const room = roomFor(params, frame, 2 * (params.padding + (stroke?.width ?? 0) + (box?.padding ?? 0)))
  return {
    step: 'text',
    text: params.text,
    font: params.font,
    weight: params.weight,
    italic: params.italic,
    language: params.language,
    direction: params.direction,
    size: Math.max(1, pixelsOf(params.fontSize, frame.width)),
    fit: params.fit,
    wrap: params.wrap,
    maxWidth: room.width,
    maxHeight: room.height,
    ...(maxLines === undefined ? {} : { maxLines }),
    overflow: params.overflow,
    cutAt: params.cutAt,
    lineHeight: params.lineHeight,
    letterSpacing: params.letterSpacing,
    align: params.align ?? alignmentOf(params.position),
    color: toRgba(params.color),
    opacity: params.opacity,
    ...(stroke === undefined ? {} : { stroke }),
    ...(shadow === undefined ? {} : { shadow }),
    ...(box === undefined ? {} : { box }),
    position: params.position,
    padding: params.padding,
    x: pixelsOf(params.x, frame.width),
    y: pixelsOf(params.y, frame.height),
    angle: params.angle,
    ...(params.repeat ? { gap: params.gap } : {}),
  }
}

/** How wide and high the lines may get: as asked, else what lies inside `margin` once the text is turned. */
function roomFor(
  { maxWidth, maxHeight, angle }: Text,
  { width, height }: Frame,
  margin: number,
): { readonly width: number; readonly height: number } {
  const cos = Math.abs(Math.cos((angle * Math.PI) / 180))
  const sin = Math.abs(Math.sin((angle * Math.PI) / 180))
  const along = (a: number, b: number) =>
    Math.max(
      1,
      Math.min(
        cos < 1e-9 ? Number.MAX_SAFE_INTEGER : a / cos,
        sin < 1e-9 ? Number.MAX_SAFE_INTEGER : b / sin,
      ) - margin,
    )
  return {
    width: maxWidth === undefined ? along(width, height) : Math.max(1, pixelsOf(maxWidth, width)),
    height: maxHeight === undefined ? along(height, width) : Math.max(1, pixelsOf(maxHeight, height)),
  }
}

function alignmentOf(position: Gravity): TextStep['align'] {
  if (position.endsWith('left')) return 'left'
  return position.endsWith('right') ? 'right' : 'center'
}

/** Whether a canonical colour is not wholly transparent. */
function isVisible(color: string): boolean {
  return !color.endsWith('00')
}
