/**
 * Who can be seen in pixels, looked for closely: in all frames, whole and piece by piece, so that a face too small for
 * one look at a large picture is found too.
 */
import type { Box, Size, Subject } from '@fovea/core/model'
import type { Raster } from '../image.ts'
import { withoutDoubles } from '../models/boxes.ts'
import type { Found } from '../models/model.ts'
import { ask } from '../models/runtime.ts'
import { viewOf } from '../models/view.ts'
import { boxOf } from '../raster/box.ts'
import { framesOf } from '../roll.ts'

/** Side of a piece, px: models shrink it to half or less. */
const pieceSide = 1280
/** Pieces overlap by this, px, so that what lies across their edges is whole in one; what is larger is seen in the whole. */
const overlap = 256
/** Of two finds that overlap more (intersection over union) one is a double. */
const mostOverlap = 0.5

/**
 * @param kinds what is looked for; each needs its model
 * @returns parts of the sides of a frame, of all frames together
 */
export async function shownIn(
  raster: Raster,
  kinds: readonly ('face' | 'person')[],
): Promise<readonly Subject[]> {
  const found: Subject[] = []
  for (const frame of framesOf(raster)) {
    for (const box of [whole(frame), ...pieces(frame)]) {
      const view = viewOf(boxOf(frame, box))
      for (const kind of kinds) {
        const seen: readonly Found[] = (await (kind === 'face' ? ask('faces', view) : peopleIn(view))) ?? []
        found.push(...seen.map((one) => ({ kind, score: one.score, ...inFrame(one, box, frame) })))
      }
    }
  }
  return kinds.flatMap((kind) =>
    withoutDoubles(
      found.filter((one) => one.kind === kind),
      mostOverlap,
    ),
  )
}

async function peopleIn(view: Parameters<typeof ask>[1]): Promise<readonly Found[] | undefined> {
  const things = await ask('subjects', view)
  return things?.filter(({ label }) => label === 'person')
}

function whole({ width, height }: Size): Box {
  return { left: 0, top: 0, width, height }
}

/** None of a picture that is no larger than one. */
function pieces({ width, height }: Size): readonly Box[] {
  if (Math.max(width, height) <= pieceSide) return []
  const across = startsAlong(width)
  return startsAlong(height).flatMap((top) =>
    across.map((left) => ({
      left,
      top,
      width: Math.min(pieceSide, width),
      height: Math.min(pieceSide, height),
    })),
  )
}

/** Evenly, from one edge to the other. */
function startsAlong(side: number): readonly number[] {
  const spare = Math.max(0, side - pieceSide)
  const count = Math.ceil(spare / (pieceSide - overlap)) + 1
  return Array.from({ length: count }, (_, at) => Math.round((spare * at) / Math.max(1, count - 1)))
}

function inFrame(found: Found, box: Box, frame: Size) {
  return {
    left: (box.left + found.left * box.width) / frame.width,
    top: (box.top + found.top * box.height) / frame.height,
    width: (found.width * box.width) / frame.width,
    height: (found.height * box.height) / frame.height,
  }
}
