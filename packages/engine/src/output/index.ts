/** How an output is made of the last pixels: by one encoding, or by a search over formats, qualities and sizes. */
import { defaultTarget, type ImageOutput, type Step } from '@fovea/core/model'
import { encode, stepsForOutput } from '../encode.ts'
import { execute } from '../execute.ts'
import { frameOf, type Image, type Raster } from '../image.ts'
import { onDemand } from '../on-demand.ts'
import type { Encoded } from '../pool/protocol.ts'
import { chosenFormat, keepingFormats, triedFormats } from './choose.ts'
import { encodeLossless, hasQuality, whole } from './whole.ts'

const targets = onDemand(() => import('./to-target.ts'))
const budgets = onDemand(() => import('./within-bytes.ts'))

/**
 * Applies the last steps and makes the file. `hint` is the quality that an earlier search of this source ended with.
 * @throws Problem `operation/too-large`, `operation/impossible`
 */
export async function make(
  image: Image,
  steps: readonly Step[],
  output: ImageOutput,
  hint?: number,
): Promise<Encoded> {
  const { choice, maxBytes, target } = output
  if (choice === undefined && maxBytes === undefined && target === undefined) {
    return encode(image, steps, output)
  }
  const raster = await execute(steps, image)
  if (choice?.by === 'size') return smallest(raster, output)
  if (choice?.by === 'bytes') return lightest(raster, output)
  if (choice === undefined) return oneFormat(raster, output, hint)
  const { format, lossless } = chosenFormat(choice, raster)
  return oneFormat(raster, { ...settled(output), format, ...(lossless ? { lossless } : {}) }, hint)
}

async function oneFormat(raster: Raster, output: ImageOutput, hint: number | undefined): Promise<Encoded> {
  const { target, maxBytes } = output
  let made: Encoded | undefined
  if (target !== undefined && hasQuality(output)) {
    const { encodeToTarget } = await targets()
    made = await encodeToTarget(raster, { ...output, target }, hint)
  } else if (output.lossless === true || maxBytes === undefined) {
    made = output.lossless === true ? await encodeLossless(raster, output) : await whole(raster, output)
  }
  if (maxBytes === undefined) return made ?? whole(raster, output)
  if (made !== undefined && made.bytes.length <= maxBytes) return made
  const tried = made?.encodes ?? (made === undefined ? 0 : 1)
  const found = made?.quality === undefined ? {} : { quality: made.quality }
  const steps = stepsForOutput(output, frameOf(raster))
  const { encodeWithin } = await budgets()
  const fitted = await encodeWithin(raster, steps, { ...output, ...found, maxBytes })
  return { ...fitted, encodes: (fitted.encodes ?? 1) + tried }
}

/** Every format that fits the pixels, at one perceptual target; the fewest bytes win, the better liked in a tie. */
async function smallest(raster: Raster, output: ImageOutput): Promise<Encoded> {
  const { choice, target = defaultTarget } = output
  let best: { readonly made: Encoded; readonly output: ImageOutput } | undefined
  let encodes = 0
  for (const { format, lossless } of choice === undefined ? [] : triedFormats(choice, raster)) {
    const one = { ...settled(output), format, ...(lossless ? { lossless } : {}), target }
    const { maxBytes: _, ...unbounded } = one
    const made = await oneFormat(raster, unbounded, undefined)
    encodes += made.encodes ?? 1
    if (best === undefined || made.bytes.length < best.made.bytes.length) best = { made, output: one }
  }
  if (best === undefined) throw new TypeError('a choice among no formats')
  const { maxBytes } = output
  if (maxBytes === undefined || best.made.bytes.length <= maxBytes) return { ...best.made, encodes }
  const fitted = await oneFormat(raster, best.output, undefined)
  return { ...fitted, encodes: encodes + (fitted.encodes ?? 1) }
}

/** Every format that keeps what the pixels have, at one quality; the fewest bytes win, the better liked in a tie. */
async function lightest(raster: Raster, output: ImageOutput): Promise<Encoded> {
  const { choice } = output
  let best: Encoded | undefined
  let encodes = 0
  for (const format of choice === undefined ? [] : keepingFormats(choice, raster)) {
    const made = await oneFormat(raster, { ...settled(output), format }, undefined)
    encodes += made.encodes ?? 1
    if (best === undefined || made.bytes.length < best.bytes.length) best = made
  }
  if (best === undefined) throw new TypeError('a choice among no formats')
  return { ...best, encodes }
}

function settled({ choice: _, ...output }: ImageOutput): ImageOutput {
  return output
}

export { formatsOf } from './choose.ts'
