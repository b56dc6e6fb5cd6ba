/** `l-image … l-end` and `l-text … l-end`: pictures and texts laid over the image, in its centre unless told otherwise. */
import type { OperationInput } from '../../operations/index.ts'
import { problem } from '../../problem/index.ts'
import { quote } from '../quote.ts'
import { StepParameters } from '../step-parameters.ts'
import { type PictureKey, pictureKeys, textKeys } from './keys.ts'
import { readAngle, readInput, readLayerPlace } from './layer-place.ts'
import { readLayerText } from './layer-text.ts'
import type { WrittenLayer } from './split.ts'
import { pairsOf } from './step.ts'
import { type Length, readSide } from './values.ts'

/** @throws Problem `request/…` */
export function readLayer({ kind, parts }: WrittenLayer): OperationInput {
  if (kind === 'image') return readPicture(new StepParameters(pairsOf(parts, pictureKeys, 'layer'), '-'))
  if (kind === 'text') return readLayerText(new StepParameters(pairsOf(parts, textKeys, 'layer'), '-'))
  throw problem('request/invalid-parameter', {
    detail: `A layer must be l-image or l-text, not ${quote(`l-${kind}`)}.`,
    members: { parameter: 'l' },
  })
}

const fits = {
  maintain_ratio: 'cover',
  force: 'fill',
  at_max: 'inside',
  at_max_enlarge: 'inside',
  at_least: 'outside',
} as const
const fitNames = Object.keys(fits) as (keyof typeof fits)[]

function readPicture(step: StepParameters<PictureKey>): OperationInput {
  const picture = pictureOf(step)
  const [width, height] = [sideOf(step, 'w', 'bw'), sideOf(step, 'h', 'bh')]
  const crop = step.text('c')
  const named = fitNames.find((known) => known === (crop ?? 'maintain_ratio'))
  if (named === undefined) throw step.invalid('c', `on a layer must be one of ${fitNames.join(', ')}`)
  if (crop !== undefined && width === undefined && height === undefined)
    throw step.invalid('c', 'needs w or h beside it')
  const opacity = step.number('o', { min: 0, max: 100 })
  const rotation = readAngle(step)
  const mode = step.text('lm')
  if (mode !== undefined && mode !== 'multiply') throw step.invalid('lm', 'must be multiply')
  const { position, x, y } = readLayerPlace(step)
  step.finish()
  return {
    op: 'overlay',
    picture,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(width === undefined && height === undefined ? {} : { fit: fits[named] }),
    ...(named === 'at_max' ? { upscale: false } : {}),
    position,
    ...(x === undefined ? {} : { x }),
    ...(y === undefined ? {} : { y }),
    ...(opacity === undefined ? {} : { opacity: opacity / 100 }),
    ...(rotation === undefined ? {} : { rotation }),
    ...(mode === undefined ? {} : { blend: mode }),
  }
}

/** Pixels, or a share of the image: one of the layer's own side cannot be said for one side alone. */
function sideOf(step: StepParameters<PictureKey>, key: 'w' | 'h', whole: string): Length | undefined {
  const value = step.glance(key)
  if (value !== undefined && /^0?\./.test(value))
    throw step.invalid(key, `on a layer must be pixels, or a share of the image such as ${whole}_mul_0.5`)
  return readSide(step, key, { dpr: 1, wholes: [whole] })
}

/** `i-folder@@logo.png`, `ie-` with the same in base64, or with an address of the web in base64. */
function pictureOf(step: StepParameters<PictureKey>): { readonly asset: string } | { readonly url: string } {
  const name = readInput(step)
  if (/^https?:\/\//i.test(name)) return { url: name }
  const asset = name.replaceAll('@@', '/').replace(/^\//, '')
  if (asset === '' || asset === 'ik_canvas') throw step.invalid('i', 'must be the path of a picture')
  return { asset }
}
