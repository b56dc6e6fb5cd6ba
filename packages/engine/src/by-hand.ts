/** Steps that the engine does itself on raw pixels (see raster/), frame by frame where they move pixels. */
import { type Step, stepTraits, type TextStep } from '@fovea/core/model'
import { type PictureStep, type Raster, spaceOf } from './image.ts'
import { onDemand } from './on-demand.ts'
import {
  addDetail,
  applyRaster,
  backdropSteps,
  boxOf,
  composite,
  layOver,
  pasted,
  stencil,
} from './raster/index.ts'
import { framesOf, joined } from './roll.ts'
import { drawText, withText } from './text/draw.ts'

const upscaling = onDemand(() => import('./upscale.ts'))
const cuttingOut = onDemand(() => import('./cut-out.ts'))

/** Runs steps of any kind, for those that are made of others. */
type Execute = (steps: readonly Step[], raster: Raster) => Promise<Raster>

/** Does one step; the input is not changed. */
export async function byHand(step: Step, raster: Raster, execute: Execute): Promise<Raster> {
  switch (step.step) {
    case 'cutOut':
      return (await cuttingOut()).cutOutFrames(step, raster)
    case 'upscale':
      return (await upscaling()).upscaleFrames(step, raster)
    case 'text':
      return written(step, raster)
    case 'within':
      return within(step, raster, execute)
    case 'unsharp':
      return unsharp(step, raster, execute)
    case 'backdrop':
      return backdrop(step, raster, execute)
    case 'composite':
    case 'stencil':
      return withPicture(step, raster)
    default:
      return onRaster(step, raster)
  }
}

/** Does the steps to a box of each frame. Frames are parted even for colour maths: a box lies in one of them. */
async function within(
  step: Extract<Step, { step: 'within' }>,
  raster: Raster,
  execute: Execute,
): Promise<Raster> {
  const made: Raster[] = []
  for (const frame of framesOf(raster)) {
    let part: Raster = { ...frame, ...boxOf(frame, step) }
    for (const inner of step.steps) part = await execute([inner], part)
    made.push({ ...frame, ...pasted(frame, part, step) })
  }
  return joined(made)
}

async function unsharp(
  step: Extract<Step, { step: 'unsharp' }>,
  raster: Raster,
  execute: Execute,
): Promise<Raster> {
  const blurred = await execute([{ step: 'blur', sigma: step.sigma }], raster)
  return { ...raster, ...addDetail(raster, blurred, step), height: raster.height }
}

/** The image over a blurred copy of itself. The copy is made small, as a wide blur is: it has no detail to lose. */
async function backdrop(
  step: Extract<Step, { step: 'backdrop' }>,
  raster: Raster,
  execute: Execute,
): Promise<Raster> {
  let copy = raster
  for (const behind of backdropSteps(step, raster)) copy = await execute([behind], copy)
  const copies = framesOf(copy)
  const made = framesOf(raster).map((frame, page) => ({
    ...frame,
    ...layOver(frame, copies[page] ?? frame, step),
  }))
  return joined(made)
}

/** Drawn once, laid over every frame. */
async function written(step: TextStep, raster: Raster): Promise<Raster> {
  const layer = await drawText(step, raster, spaceOf(raster))
  if (layer === undefined) return raster
  return joined(framesOf(raster).map((frame) => ({ ...frame, ...withText(frame, layer) })))
}

/** Steps that move pixels see one frame at a time; the others the whole roll. */
function onRaster(step: Step, raster: Raster): Raster {
  const { pages, height } = raster
  if (pages === 1) return { ...raster, ...applyRaster(raster, step) }
  // One stretch for all frames, so that none flickers.
  if (stepTraits[step.step].kind === 'pointwise' || step.step === 'levels') {
    return { ...raster, ...applyRaster({ ...raster, height: height * pages }, step), height }
  }
  return joined(framesOf(raster).map((frame) => ({ ...frame, ...applyRaster(frame, step) })))
}

/** Steps with another picture, the same on every frame. */
async function withPicture(step: PictureStep, raster: Raster): Promise<Raster> {
  const { pictures } = raster.source
  if (pictures === undefined) throw new TypeError(`${step.step} in a run without pictures`)
  const picture = await pictures.layer(step, raster)
  const drawn = (frame: Raster): Raster => {
    if (step.step === 'stencil') return { ...frame, ...stencil(frame, picture, step) }
    const { left, top, blend: mode, opacity, every } = step
    return { ...frame, ...composite(frame, picture, { left, top, mode, opacity, every }) }
  }
  return raster.pages === 1 ? drawn(raster) : joined(framesOf(raster).map(drawn))
}
