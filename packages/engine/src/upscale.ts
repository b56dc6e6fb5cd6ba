/**
 * Enlarges in tiles that overlap by more than the network sees of its surroundings, and mixes what it drew with the
 * exact enlargement, whose alpha the result has. Without a model it is the exact enlargement alone.
 */
import type { Box, Step } from '@fovea/core/model'
import type { Raster } from './image.ts'
import { ask, hasModel } from './models/runtime.ts'
import { viewOf } from './models/view.ts'
import { asPiece, tellProgress } from './progress.ts'
import {
  agreeing,
  boxOf,
  mixDrawn,
  type Pixels,
  pixelsFromPlanes,
  resample,
  withFilledHoles,
} from './raster/index.ts'
import { framesOf, joined } from './roll.ts'

/** Of a tile without what it shares with others, px. Larger ones take memory, smaller ones more overlap. */
const tileSide = 208
/** With 24 px a tile differs from the whole picture by 1 in 255 at most. */
const overlap = 24

export async function upscaleFrames(
  { factor, detail }: Extract<Step, { step: 'upscale' }>,
  raster: Raster,
): Promise<Raster> {
  const made: Raster[] = []
  const frames = framesOf(raster)
  for (const [index, frame] of frames.entries()) {
    const exact = resample(frame, frame.width * factor, frame.height * factor, 'lanczos3')
    const draw = () => drawInto(exact, withFilledHoles(frame), detail)
    if (hasModel('upscale')) await asPiece(index, frames.length, draw)
    made.push({ ...frame, ...exact })
  }
  return joined(made)
}

/** Changes `exact`, which is a whole number of times as large as `picture`. */
async function drawInto(exact: Pixels, picture: Pixels, amount: number): Promise<void> {
  const factor = exact.width / picture.width
  const tiles = Math.ceil(picture.width / tileSide) * Math.ceil(picture.height / tileSide)
  let drawnTiles = 0
  for (let top = 0; top < picture.height; top += tileSide) {
    for (let left = 0; left < picture.width; left += tileSide) {
      const tile = boxWithin(picture, { left, top, width: tileSide, height: tileSide })
      const seen = boxWithin(picture, {
        left: left - overlap,
        top: top - overlap,
        width: tileSide + 2 * overlap,
        height: tileSide + 2 * overlap,
      })
      const small = boxOf(picture, seen)
      const large = await ask('upscale', viewOf(small))
      if (large === undefined) return
      const drawn = pixelsFromPlanes(large.planes, large.width, large.height)
      const box = scaled(seen, factor)
      const fitted = large.width === box.width ? drawn : resample(drawn, box.width, box.height, 'lanczos3')
      mixDrawn(exact, agreeing(fitted, small), { box: scaled(tile, factor), at: box, amount })
      tellProgress(++drawnTiles / tiles)
    }
  }
}

function boxWithin({ width, height }: Pixels, box: Box): Box {
  const left = Math.max(0, box.left)
  const top = Math.max(0, box.top)
  const right = Math.min(width, box.left + box.width)
  const bottom = Math.min(height, box.top + box.height)
  return { left, top, width: right - left, height: bottom - top }
}

function scaled({ left, top, width, height }: Box, by: number): Box {
  return { left: left * by, top: top * by, width: width * by, height: height * by }
}
