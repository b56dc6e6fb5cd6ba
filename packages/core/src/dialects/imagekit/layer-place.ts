/** What pictures and texts of layers have in common: where they lie, how they are turned, what they show. */
import type { Gravity } from '../../geometry/index.ts'
import { type Problem, problem } from '../../problem/index.ts'
import { decodeBase64Text } from '../base64.ts'
import { percent, type StepParameters } from '../step-parameters.ts'
import type { PictureKey, TextKey } from './keys.ts'
import { type Length, placeNamed, placeNames, readShareOf, readSigned } from './values.ts'

type LayerStep = StepParameters<PictureKey> | StepParameters<TextKey>

/** The plain or the base64 form of what a layer shows; exactly one of them. */
export function readInput(step: LayerStep): string {
  const [plain, encoded] = [step.text('i'), step.text('ie')]
  if ((plain === undefined) === (encoded === undefined)) throw missing()
  if (encoded === undefined) return plain ?? ''
  const text = decodeBase64Text(encoded)
  if (text === undefined || text === '') throw step.invalid('ie', 'must be base64 of UTF-8')
  return text
}

function missing(): Problem {
  return problem('request/invalid-parameter', {
    detail: 'A layer needs one of i and ie: what it shows.',
    members: { parameter: 'i' },
  })
}

export function readAngle(step: LayerStep): number | undefined {
  const value = step.text('rt')
  if (value === undefined) return undefined
  const angle = readSigned(value)
  if (angle === undefined || Math.abs(angle) > 360) throw step.invalid('rt', 'must be degrees up to 360')
  return angle
}

interface LayerPlace {
  readonly position: Gravity
  /** Inwards from the side that `position` names. */
  readonly x?: Length
  readonly y?: Length
}

/** `lfo`, or `lx` and `ly`: coordinates of the layer's corner; one alone leaves the layer in the middle of the other axis. */
export function readLayerPlace(step: LayerStep): LayerPlace {
  const focus = step.text('lfo')
  const across = readOffset(step, 'lx')
  const down = readOffset(step, 'ly')
  if (focus !== undefined) {
    const position = placeNamed(focus)
    if (position === undefined) throw step.invalid('lfo', `must be one of ${placeNames.join(', ')}`)
    if (across !== undefined || down !== undefined) throw step.invalid('lfo', 'cannot stand beside lx or ly')
    return { position }
  }
  const row = down === undefined ? '' : down.isFar ? 'bottom' : 'top'
  const column = across === undefined ? '' : across.isFar ? 'right' : 'left'
  const position = [row, column].filter((word) => word !== '').join('-')
  return {
    position: position === '' ? 'center' : (position as Gravity),
    ...(across === undefined ? {} : { x: across.distance }),
    ...(down === undefined ? {} : { y: down.distance }),
  }
}

interface Offset {
  readonly distance: Length
  /** Counted from the right or the bottom. */
  readonly isFar: boolean
}

/** `10`, `N10`, `bw_mul_0.4`, or `bw_sub_cw` and `bw_sub_cw_sub_10`, which is how one says "at the far side". */
function readOffset(step: LayerStep, key: 'lx' | 'ly'): Offset | undefined {
  const value = step.text(key)
  if (value === undefined) return undefined
  const [whole, own] = key === 'lx' ? ['bw', 'cw'] : ['bh', 'ch']
  const far = new RegExp(`^${whole}_sub_${own}(?:_sub_(\\d{1,6}))?$`).exec(value)
  if (far !== null) return { distance: Number(far[1] ?? 0), isFar: true }
  const share = readShareOf(value, [whole])
  const number = share === undefined ? readSigned(value) : undefined
  if (share !== undefined) return { distance: percent(share), isFar: false }
  if (number === undefined || Math.abs(number) > 1_000_000)
    throw step.invalid(key, `must be pixels, ${whole}_mul_0.5 or ${whole}_sub_${own}`)
  return { distance: Math.round(number), isFar: false }
}
