/**
 * `l_…`: pictures and texts laid over the image.
 *
 * A layer is opened by the step that names it. Written in full, steps for the layer follow and `fl_layer_apply` lays it
 * down with the place of its own step; without it the opening step says everything. Layers take a size, an opacity, an
 * angle and a blend mode; any other step for a layer is refused.
 */
import type { OperationInput } from '../../operations/index.ts'
import { decodeBase64Text } from '../base64.ts'
import { percent, readNumber } from '../step-parameters.ts'
import { readText } from './layer-text.ts'
import { once, type Step } from './step.ts'
import { readOffset, readPlace } from './values.ts'

const layerFits = { scale: 'fill', fit: 'inside', limit: 'inside', fill: 'cover', pad: 'contain' } as const
const blends = { multiply: 'multiply', screen: 'screen', overlay: 'overlay' } as const

/** A side in pixels; of the image (relative) or of the layer's own side when it is a share. */
interface Side {
  readonly value: number
  readonly isShare: boolean
}

/**
 * The operation of one layer.
 * @param steps the opening step, those for the layer, and the one that lays it down, which may be the first
 */
export function readLayer(steps: readonly Step[]): OperationInput {
  const [opening] = steps
  const apply = steps.at(-1)
  if (opening === undefined || apply === undefined) throw new TypeError('a layer without steps')
  const value = opening.text('l') ?? ''
  const operation = value.startsWith('text:')
    ? readText(value, steps, apply)
    : readPicture(value, opening, steps, apply)
  for (const step of steps) step.finish()
  return operation
}

function readPicture(value: string, opening: Step, steps: readonly Step[], apply: Step): OperationInput {
  const flags = new Set(
    steps.flatMap((step) => (step.text('fl') ?? '').split('.')).filter((flag) => flag !== ''),
  )
  for (const flag of flags) {
    if (!['layer_apply', 'relative', 'tiled', 'no_overflow'].includes(flag)) {
      throw opening.invalid(
        'l',
        `takes the flags relative, tiled and no_overflow, not ${JSON.stringify(flag.slice(0, 40))}`,
      )
    }
  }
  const shape = readShape(steps, flags.has('relative'))
  const [x, y] = [readOffset(apply, 'x'), readOffset(apply, 'y')]
  return {
    op: 'overlay',
    picture: pictureOf(opening, value),
    ...shape,
    position: readPlace(apply) ?? 'center',
    ...(x === undefined ? {} : { x: round(x) }),
    ...(y === undefined ? {} : { y: round(y) }),
    ...(flags.has('tiled') ? { tile: true } : {}),
  }
}

/** Size, opacity, angle and blend mode, wherever among the steps they stand; each once. */
function readShape(steps: readonly Step[], isRelative: boolean) {
  const width = once(steps, 'w', (step) => sideOf(step, 'w'))
  const height = once(steps, 'h', (step) => sideOf(step, 'h'))
  const mode = once(steps, 'c', (step) => modeOf(step))
  const opacity = once(steps, 'o', (step) => step.number('o', { min: 0, max: 100 }))
  const rotation = once(steps, 'a', (step) => step.number('a', { min: -3600, max: 3600 }))
  const blend = once(steps, 'e', (step) => blendOf(step))
  return {
    ...sizeOf(steps[0], { width, height, isRelative }),
    ...(width === undefined && height === undefined ? {} : { fit: layerFits[mode ?? 'scale'] }),
    ...(mode === 'limit' ? { upscale: false } : {}),
    ...(opacity === undefined ? {} : { opacity: opacity / 100 }),
    ...(rotation === undefined ? {} : { rotation }),
    ...(blend === undefined ? {} : { blend }),
  }
}

interface Sides {
  readonly width: Side | undefined
  readonly height: Side | undefined
  readonly isRelative: boolean
}

function sizeOf(opening: Step | undefined, { width, height, isRelative }: Sides) {
  const given = [width, height].filter((side) => side !== undefined)
  if (given.length === 0 || isRelative || given.every(({ isShare }) => !isShare)) {
    return {
      ...(width === undefined ? {} : { width: lengthOf(width) }),
      ...(height === undefined ? {} : { height: lengthOf(height) }),
    }
  }
  if (given.some((side) => side.value !== given[0]?.value || !side.isShare)) {
    throw opening?.invalid('l', 'takes shares of its own size only when both sides keep their ratio')
  }
  return { scale: (given[0]?.value ?? 1) * 100 }
}

function lengthOf({ value, isShare }: Side): number | string {
  return isShare ? percent(value) : Math.max(1, Math.round(value))
}

function sideOf(step: Step, key: 'w' | 'h'): Side | undefined {
  const text = step.text(key)
  if (text === undefined) return undefined
  const value = readNumber(text)
  if (value === undefined || value <= 0) throw step.invalid(key, 'must be pixels or a share such as 0.5')
  return { value, isShare: text.includes('.') }
}

function modeOf(step: Step): keyof typeof layerFits | undefined {
  const text = step.text('c')
  const modes = Object.keys(layerFits) as (keyof typeof layerFits)[]
  const mode = modes.find((known) => known === text)
  if (text !== undefined && mode === undefined)
    throw step.invalid('c', `on a layer must be one of ${modes.join(', ')}`)
  return mode
}

function blendOf(step: Step) {
  const text = step.text('e')
  if (text === undefined) return undefined
  const names = Object.keys(blends) as (keyof typeof blends)[]
  const mode = names.find((known) => known === text)
  if (mode === undefined) throw step.invalid('e', `on a layer must be one of ${names.join(', ')}`)
  return blends[mode]
}

/** `folder:logo`, `fetch:` with base64 of an address, or the plain name of an uploaded image. */
function pictureOf(step: Step, value: string): { readonly asset: string } | { readonly url: string } {
  if (value.startsWith('fetch:')) {
    const url = decodeBase64Text(value.slice(6))
    if (url === undefined || !/^https?:\/\//.test(url))
      throw step.invalid('l', 'must be fetch: and an http address in base64')
    return { url }
  }
  const typed = /^(video|subtitles|lut|image|upload|private|authenticated):/.exec(value)
  if (typed !== null && typed[1] !== 'image')
    throw step.invalid('l', `cannot be ${typed[1]}: a picture or a text`)
  const asset = (typed === null ? value : value.slice(6)).replaceAll(':', '/')
  if (asset === '') throw step.invalid('l', 'must name a picture')
  return { asset }
}

function round(length: number | string): number | string {
  return typeof length === 'number' ? Math.round(length) : length
}
