/**
 * Makes people unrecognisable. They are looked for in the pixels at hand, in all frames, not in what is known of the
 * source: who is small there may be large behind a cut. How coarse a face becomes follows from its own size, so that
 * small and large ones keep as little. Without a model the operation refuses.
 */
import * as z from 'zod'
import type { Box, Size } from '../geometry/size.ts'
import { grown, type Region } from '../geometry/subject.ts'
import type { Step } from '../steps/step.ts'
import { defineOperation } from './define.ts'
import { real } from './parameters.ts'
import { mosaic } from './pixelate.ts'
import { lowerWithin } from './region.ts'

/**
 * Blocks along the longer side of a face, or of a head in a figure, at strength 1. People know each other from some
 * 15 blocks on; a Gaussian whose sigma is a block leaves less than 1 % of the contrast that six blocks could show.
 */
const blocks = 6
/** Part of a standing figure that is its head. */
const headShare = 1 / 7

/** Who hides faces hides faces alone; who hides people, also the face of somebody whose figure was not seen. */
export const hiddenKinds = { faces: ['face'], people: ['face', 'person'] } as const

export const blurFaces = defineOperation({
  op: 'blurFaces',
  category: 'ai',
  revision: 1,
  summary: 'Make faces, or whole people, unrecognisable.',
  params: z.strictObject({
    what: z.enum(['faces', 'people']).default('faces').describe('What is found and hidden'),
    how: z.enum(['blur', 'pixelate']).default('blur').describe('Softly, or in square blocks'),
    strength: real({ min: 1, max: 6 })
      .default(1.5)
      .describe('At 1 a face keeps six blocks along its longer side, too few to know anybody; at 3 two'),
    padding: real({ min: 0, max: 2 })
      .default(0.2)
      .describe('Room on each side that is hidden too, in parts of the sides of what was found'),
  }),
  examples: [{}, { how: 'pixelate', strength: 1 }, { what: 'people', padding: 0 }],
  needs: () => ['shown'],
  mustSee: ({ what }) => (what === 'faces' ? ['faces'] : ['faces', 'subjects']),
  lower({ how, strength, padding }, frame) {
    const { shown } = frame.facts
    if (shown === undefined) throw new TypeError('blurFaces lowered without the fact shown')
    return shown.flatMap((found) => {
      const head = longerSide(found, frame) * (found.kind === 'person' ? headShare : 1)
      const unit = (head * strength) / blocks
      return lowerWithin(boxOf(grown(found, padding), frame), frame, 'blurFaces', (size) =>
        how === 'blur' ? soft(unit) : mosaic(size, Math.max(2, Math.ceil(unit))),
      )
    })
  },
})

function soft(sigma: number): readonly Step[] {
  return [{ step: 'blur', sigma: Math.max(1, sigma) }]
}

/** In pixels. */
function longerSide({ width, height }: Region, frame: Size): number {
  return Math.max(width * frame.width, height * frame.height)
}

/** All pixels that the region touches. */
function boxOf(region: Region, frame: Size): Box {
  const left = Math.floor(region.left * frame.width)
  const top = Math.floor(region.top * frame.height)
  return {
    left,
    top,
    width: Math.min(frame.width, Math.ceil((region.left + region.width) * frame.width)) - left,
    height: Math.min(frame.height, Math.ceil((region.top + region.height) * frame.height)) - top,
  }
}
