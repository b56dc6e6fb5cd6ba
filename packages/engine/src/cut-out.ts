/** Cuts the subject of each frame out of its background. */
import { type Step, wholePlacement } from '@fovea/core/model'
import type { Raster } from './image.ts'
import { subjectMatte } from './models/subject-matte.ts'
import { viewOf } from './models/view.ts'
import { cutOut, softEdge } from './raster/index.ts'
import { framesOf, joined } from './roll.ts'

/** Longest side of the copy on which the edge is found, px. */
const workingSide = 1024

/** @throws Problem `operation/unavailable` without a model */
export async function cutOutFrames(
  { placement }: Extract<Step, { step: 'cutOut' }>,
  raster: Raster,
): Promise<Raster> {
  const made: Raster[] = []
  for (const frame of framesOf(raster)) {
    const scale = Math.min(1, workingSide / Math.max(frame.width, frame.height))
    const width = Math.max(1, Math.round(frame.width * scale))
    const height = Math.max(1, Math.round(frame.height * scale))
    const known = placement && (await frame.source.matte?.())
    const seen =
      known === undefined || placement === undefined
        ? { matte: await subjectMatte(frame), placement: wholePlacement }
        : { matte: known, placement }
    const rgb = await viewOf(frame).stretched(width, height)
    made.push({ ...frame, ...cutOut(frame, softEdge(rgb, { width, height }, seen)) })
  }
  return joined(made)
}
