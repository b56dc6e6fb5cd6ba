/**
 * Immagin's edits (contract §3) to operations.
 *
 * Names and defaults are sharp's, as its documentation says: cover, no enlargement, black where something must be
 * filled. Written out here, so that core's own defaults never leak into signed URLs. Beyond the contract each edit
 * takes what our operation takes (`resize` by height alone or with a `kernel`, `crop` to an `aspect`, `sharpen` with
 * slopes), so every pipeline can be written as a payload, except one that goes on behind its text. `compressToSize` may
 * stand anywhere and sets the output's byte budget (the last one wins, `output.maxBytes` over all): the file is encoded
 * once, at the end.
 */
import type * as z from 'zod'
import type { Limits } from '../limits/limits.ts'
import {
  type Operation,
  type OperationDefinition,
  operationNamed,
  type Pipeline,
} from '../operations/index.ts'
import { problem } from '../problem/index.ts'
import { isObject, pointer } from './json-text.ts'
import { invalidPayload, unknownMember } from './payload-problem.ts'
import { quote } from './quote.ts'
import { readMaxBytes } from './signed-payload-output.ts'

type OperationName = Operation['op']
type Options = Readonly<Record<string, unknown>>

interface EditShape {
  /** What an absent option means in this dialect. */
  readonly defaults: Options
  /** Option that a bare number stands for. */
  readonly number?: string
  /** Whether `true` (and `false`, for "not at all") may stand for the options. */
  readonly flag?: true
  /** Done behind all others wherever it stands. */
  readonly isLast?: true
}

const black = '#000000ff'
const white = '#ffffffff'
const fill = { background: black, fill: 'color', fillOpacity: 1 } as const
const clear = '#00000000'

export const edits: Readonly<Record<OperationName, EditShape>> = {
  resize: {
    defaults: {
      fit: 'cover',
      position: 'focal-point',
      ...fill,
      upscale: false,
      downscale: true,
      whenSmaller: 'fit',
      kernel: 'lanczos3',
    },
  },
  crop: { defaults: { position: 'focal-point', zoom: 1, outside: 'refuse' } },
  smartCrop: { defaults: { subject: 'any', tightness: 0, padding: 0, otherwise: 'attention' } },
  blurFaces: { defaults: { what: 'faces', how: 'blur', strength: 1.5, padding: 0.2 }, flag: true },
  extend: { defaults: { top: 0, right: 0, bottom: 0, left: 0, ...fill } },
  trim: { defaults: { threshold: 10, by: 'color', margin: 0 } },
  rotate: { defaults: { background: black, corners: 'grow' } },
  flip: { defaults: {}, flag: true },
  flop: { defaults: {}, flag: true },
  blur: { defaults: {}, number: 'sigma' },
  sharpen: { defaults: { sigma: 1, flat: 1, jagged: 2 }, number: 'sigma' },
  grayscale: { defaults: {}, flag: true },
  modulate: { defaults: { brightness: 1, saturation: 1, hue: 0, lightness: 0 } },
  flatten: { defaults: { background: black } },
  tint: { defaults: {} },
  invert: { defaults: { alpha: false }, flag: true },
  normalize: { defaults: { lower: 1, upper: 99 }, flag: true },
  gamma: { defaults: {}, number: 'gamma' },
  brightness: { defaults: {}, number: 'amount' },
  contrast: { defaults: {}, number: 'amount' },
  exposure: { defaults: {}, number: 'stops' },
  highlights: { defaults: {}, number: 'amount' },
  shadows: { defaults: {}, number: 'amount' },
  vibrance: { defaults: {}, number: 'amount' },
  sepia: { defaults: { amount: 100 }, flag: true },
  monochrome: { defaults: { amount: 100 } },
  duotone: { defaults: { shadow: black, highlight: white, amount: 100 } },
  threshold: { defaults: { value: 128, grayscale: true, dither: false }, number: 'value' },
  opacity: { defaults: {}, number: 'opacity' },
  median: { defaults: { size: 3 }, number: 'size' },
  unsharp: { defaults: { sigma: 1, amount: 100, threshold: 0 } },
  pixelate: { defaults: { block: 16 }, number: 'block' },
  colorize: { defaults: { amount: 50 } },
  gradientMap: { defaults: { amount: 100 } },
  halftone: { defaults: { size: 8, angle: 45 }, number: 'size', flag: true },
  denoise: { defaults: { level: 8, radius: 2, edges: 0 }, number: 'level', flag: true },
  autoEnhance: { defaults: { amount: 100 }, number: 'amount', flag: true },
  pad: { defaults: { position: 'center', ...fill } },
  border: { defaults: { color: black, inside: false, radius: 0 }, number: 'width' },
  roundCorners: { defaults: { radius: 0 }, number: 'radius' },
  mask: { defaults: { shape: 'ellipse' } },
  orient: { defaults: {}, number: 'orientation' },
  convert: { defaults: { background: white } },
  overlay: {
    defaults: {
      fit: 'inside',
      upscale: true,
      scale: 100,
      position: 'center',
      padding: 0,
      opacity: 1,
      rotation: 0,
      blend: 'normal',
      tile: false,
      spacing: 0,
    },
  },
  upscale: { defaults: { detail: 0.5 }, number: 'factor' },
  removeBackground: {
    defaults: { background: clear, solid: false, maxTransparency: 1, otherwise: 'error' },
    flag: true,
  },
  colorOverlay: { defaults: { angle: 180, opacity: 1, blend: 'normal' } },
  maskImage: { defaults: { channel: 'auto', fit: 'fill', invert: false } },
  text: {
    defaults: {
      font: 'sans',
      weight: 400,
      italic: false,
      fontSize: 24,
      fit: 'none',
      color: white,
      opacity: 1,
      position: 'bottom-right',
      padding: 10,
      x: 0,
      y: 0,
      wrap: true,
      overflow: 'ellipsis',
      cutAt: 'end',
      direction: 'auto',
      language: '',
      lineHeight: 1.2,
      letterSpacing: 0,
      strokeColor: black,
      strokeWidth: 0,
      shadowColor: clear,
      shadowX: 2,
      shadowY: 2,
      shadowBlur: 4,
      background: clear,
      backgroundPadding: 8,
      backgroundRadius: 0,
      angle: 0,
      repeat: false,
      gap: 40,
    },
    isLast: true,
  },
}

const channels = ['r', 'g', 'b'] as const
const names = Object.keys(edits) as readonly OperationName[]

/**
 * Reads `edits`: absent, one object, or a list of objects.
 * @throws Problem `pipeline/invalid` with a `pointer`, `pipeline/too-long`
 */
export function readEdits(
  value: unknown,
  limits: Limits,
): { readonly pipeline: Pipeline; readonly orient: boolean; readonly maxBytes: number | undefined } {
  const pipeline: Operation[] = []
  let orient: boolean | undefined
  let maxBytes: number | undefined
  let count = 0
  for (const { place, name, options } of entriesOf(value, limits)) {
    if (++count > limits.maxOperations) throw tooMany(limits)
    if (name === 'autoOrient') {
      if (typeof options !== 'boolean')
        throw invalidPayload(pointer(...place), `"autoOrient" must be true or false, not ${quote(options)}.`)
      if (orient !== undefined && orient !== options) {
        throw invalidPayload(pointer(...place), '"autoOrient" is given twice with different values.')
      }
      orient = options
      continue
    }
    if (name === 'compressToSize') {
      maxBytes = readBudget(options, place)
      continue
    }
    const operation = readEdit(name, options, place)
    if (operation !== undefined) pipeline.push(operation)
  }
  return { pipeline: withLastEdits(pipeline), orient: orient ?? true, maxBytes }
}

/** A number of bytes, bare or as `{ maxBytes }`. */
function readBudget(value: unknown, place: Entry['place']): number {
  const bytes = isObject(value) ? value.maxBytes : value
  for (const key of isObject(value) ? Object.keys(value) : [])
    if (key !== 'maxBytes') throw unknownMember(place, key, ['maxBytes'])
  const where = isObject(value) ? pointer(...place, 'maxBytes') : pointer(...place)
  const budget = readMaxBytes(bytes, where)
  if (budget === undefined) throw invalidPayload(where, '"compressToSize" needs "maxBytes".')
  return budget
}

/** Layers come after transformations, as the contract says. */
export function withLastEdits(pipeline: Pipeline): Pipeline {
  const isLast = ({ op }: Operation) => edits[op].isLast === true
  return [...pipeline.filter((operation) => !isLast(operation)), ...pipeline.filter(isLast)]
}

interface Entry {
  /** Parts of the JSON Pointer to the edit. */
  readonly place: readonly (string | number)[]
  readonly name: string
  readonly options: unknown
}

function* entriesOf(value: unknown, limits: Limits): Generator<Entry> {
  if (value === undefined) return
  const list = Array.isArray(value) ? value : [value]
  // Empty entries cost nothing, but a list of them is not a pipeline.
  if (list.length > limits.maxOperations) throw tooMany(limits)
  for (const [index, entry] of list.entries()) {
    const inside = Array.isArray(value) ? ['edits', index] : ['edits']
    if (!isObject(entry))
      throw invalidPayload(pointer(...inside), `An edit must be an object, not ${quote(entry)}.`)
    for (const [name, options] of Object.entries(entry)) yield { place: [...inside, name], name, options }
  }
}

/** One operation in its simplest spelling; `undefined` when the edit changes nothing. */
function readEdit(name: string, value: unknown, place: Entry['place']): Operation | undefined {
  const op = names.find((known) => known === name)
  if (op === undefined) throw unknownEdit(name, place)
  if (edits[op].flag && value === false) return undefined
  const options = withColor(op, optionsOf(op, value, place), place)
  const definition = operationNamed(op)
  const known = Object.keys(definition.params.shape)
  for (const key of Object.keys(options)) if (!known.includes(key)) throw unknownMember(place, key, known)
  const result = definition.params.safeParse({ ...edits[op].defaults, ...options })
  const issue = result.success ? undefined : result.error.issues[0]
  if (issue !== undefined) throw wrongOption(issue, options, isObject(value), place)
  return simplest(definition, result.data ?? {})
}

function optionsOf(op: OperationName, value: unknown, place: Entry['place']): Options {
  const { number, flag } = edits[op]
  if (isObject(value)) return value
  if (number !== undefined && typeof value === 'number') return { [number]: value }
  if (flag && value === true) return {}
  const forms = [
    number === undefined ? [] : ['a number'],
    flag ? ['true or false'] : [],
    ['an object of options'],
  ].flat()
  throw invalidPayload(pointer(...place), `"${op}" must be ${forms.join(' or ')}, not ${quote(value)}.`)
}

/** The contract writes the colour of `tint` as channels: `{ r, g, b }`, whole numbers of 0–255. */
function withColor(op: OperationName, options: Options, place: Entry['place']): Options {
  if (op !== 'tint' || !channels.some((channel) => Object.hasOwn(options, channel))) return options
  for (const channel of channels) {
    const value = options[channel]
    if (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 255) continue
    throw invalidPayload(
      pointer(...place, channel),
      `"tint.${channel}": must be a whole number of 0–255; the value is ${quote(value)}.`,
    )
  }
  const { r, g, b, ...others } = options
  if (others.color !== undefined) {
    throw invalidPayload(pointer(...place, 'color'), '"tint" takes either r, g and b, or color, not both.')
  }
  return { ...others, color: `rgb(${r}, ${g}, ${b})` }
}

function simplest(definition: OperationDefinition, params: Options): Operation | undefined {
  const simple = definition.normalise === undefined ? params : definition.normalise(params)
  return simple === undefined ? undefined : ({ op: definition.op, ...simple } as Operation)
}

function wrongOption(issue: z.core.$ZodIssue, options: Options, isWritten: boolean, place: Entry['place']) {
  const key = issue.path[0]
  const name = place.at(-1)
  if (typeof key !== 'string') return invalidPayload(pointer(...place), `"${name}" ${issue.message}.`)
  const value = Object.hasOwn(options, key) ? `; the value is ${quote(options[key])}` : '; it is not given'
  return invalidPayload(
    isWritten ? pointer(...place, key) : pointer(...place),
    `"${isWritten ? `${name}.${key}` : name}": ${issue.message}${value}.`,
  )
}

function unknownEdit(name: string, place: Entry['place']) {
  const inside = place.slice(0, -1)
  return unknownMember(inside, name, ['autoOrient', 'compressToSize', ...names])
}

function tooMany(limits: Limits) {
  return problem('pipeline/too-long', {
    detail: `A payload may have at most ${limits.maxOperations} edits.`,
    members: { pointer: '/edits', maximum: limits.maxOperations },
  })
}
