/** Cuts the subject of each frame out of its background. */
import { type Placement, type Size, type Step, wholePlacement } from '@fovea/core/model'
import type { Raster } from './image.ts'
import { noMatte, subjectMatte } from './models/subject-matte.ts'
import { viewOf } from './models/view.ts'
import type { Matte } from './pool/protocol.ts'
import { cutOut, softEdge, transparency } from './raster/index.ts'
import { framesOf, joined } from './roll.ts'

/** Longest side of the copy on which the edge is found, px. */
const workingSide = 1024

/** @throws Problem `operation/unavailable` without a model, unless the step is optional */
export async function cutOutFrames(
  { placement, isSolid = false, maxTransparency = 1, isOptional }: Extract<Step, { step: 'cutOut' }>,
  raster: Raster,
): Promise<Raster> {
  const made: Raster[] = []
  for (const frame of framesOf(raster)) {
    if (maxTransparency < 1 && transparency(frame) > maxTransparency) {
      made.push(frame)
      continue
    }
    const seen = await matteOf(frame, placement)
    if (seen === undefined) {
      if (isOptional !== true) throw noMatte()
      return raster
    }
    const size = workingSize(frame)
    const rgb = await viewOf(frame).stretched(size.width, size.height)
    made.push({ ...frame, ...cutOut(frame, softEdge(rgb, size, { ...seen, isSolid })) })
  }
  return joined(made)
}

interface SeenMatte {
  readonly matte: Matte
  readonly placement: Placement
}

/** The source's, where the frame's place in it is known, else its own; `undefined` without a model. */
async function matteOf(frame: Raster, placement: Placement | undefined): Promise<SeenMatte | undefined> {
  const known = placement && (await frame.source.matte?.())
  if (known !== undefined && placement !== undefined) return { matte: known, placement }
  const matte = await subjectMatte(frame)
  return matte && { matte, placement: wholePlacement }
}

function workingSize({ width, height }: Size): Size {
  const scale = Math.min(1, workingSide / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}
