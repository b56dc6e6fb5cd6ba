/**
 * Cuts around what the picture is about. What models found is known as parts of its sides when this is lowered, so the
 * result is a plain cut; where they found nothing the cut lies elsewhere, and never fails.
 */
import * as z from 'zod'
import { largestOfAspect } from '../geometry/fit.ts'
import { cutOffset, gravities, strategies } from '../geometry/gravity.ts'
import { roundSide, type Size, sameSize } from '../geometry/size.ts'
import { around, grown, type Region, type Subject, subjectKinds } from '../geometry/subject.ts'
import type { Step } from '../steps/step.ts'
import { aspect, aspectSize, reduceAspect } from './aspect.ts'
import { crop } from './crop.ts'
import { defineOperation } from './define.ts'
import type { Frame } from './frame.ts'
import { frameAfterAll } from './frame-after.ts'
import { focalPoint, isNamed, namesOfThings, pixels, real } from './parameters.ts'
import { resize } from './resize.ts'

const params = z
  .strictObject({
    width: pixels().optional().describe('Width of the result, which is scaled to it'),
    height: pixels().optional().describe('Height of the result, which is scaled to it'),
    aspect: aspect().optional().describe('Width:height of the cut, which is not scaled'),
    subject: z
      .enum(['any', 'face', 'person', 'animal', 'object'])
      .default('any')
      .describe('What the cut is for; any: faces before people, animals, things and what stands out'),
    labels: namesOfThings()
      .optional()
      .describe('Only what is known by one of these names: words of COCO such as dog'),
    index: z
      .int()
      .min(1)
      .max(1_000)
      .optional()
      .describe('Only this one of them, the surest first; all of them where there are fewer'),
    tightness: real({ min: 0, max: 1 })
      .default(0)
      .describe('From the largest cut (0) to the one just around the subject (1)'),
    padding: real({ min: 0, max: 10 })
      .default(0)
      .describe('Room on each side of the subject, in parts of its own sides'),
    otherwise: z
      .enum([...gravities, ...strategies, focalPoint])
      .default('attention')
      .describe('Where the cut lies where nothing is found'),
  })
  .refine(({ width, height }) => (width === undefined) === (height === undefined), {
    error: 'needs both width and height, or neither',
  })
  .refine(({ width, aspect }) => width === undefined || aspect === undefined, {
    path: ['aspect'],
    error: 'must be absent beside width and height, which say it themselves',
  })
  .refine(({ width, aspect, tightness }) => width !== undefined || aspect !== undefined || tightness > 0, {
    error: 'needs a width and a height, an aspect or a tightness',
  })
  .refine(({ subject, labels, index }) => subject !== 'any' || labels !== undefined || index === undefined, {
    path: ['index'],
    error: 'must stand beside labels or a subject other than any',
  })
  .refine(({ subject, labels }) => subject !== 'face' || labels === undefined, {
    path: ['labels'],
    error: 'must be absent beside the subject face, which has no other name',
  })

type Params = z.output<typeof params>

export const smartCrop = defineOperation({
  op: 'smartCrop',
  category: 'ai',
  revision: 1,
  summary: 'Cut the image to a size or a shape around what it is about.',
  params,
  examples: [
    { width: 400, height: 400 },
    { aspect: '16:9' },
    { width: 200, height: 200, subject: 'face', tightness: 1, padding: 0.5 },
    { aspect: '1:1', subject: 'face', index: 2, tightness: 0.6, otherwise: 'center' },
    { labels: ['cat', 'dog'], tightness: 1 },
  ],
  needs: ({ subject }) => [subject === 'face' ? 'faces' : 'subjects'],
  normalise: (params) => ({ ...params, aspect: params.aspect && reduceAspect(params.aspect) }),
  followsFocalPoint: ({ otherwise }) => otherwise === focalPoint,
  isSizeFound: ({ width, tightness }) => width === undefined && tightness > 0,
  lower(params, frame) {
    const found = foundIn(params, frame).map((subject) => ({ ...subject, ...grown(subject, params.padding) }))
    const steps = found.length > 0 && params.tightness > 0 ? tightCut(params, found, frame) : undefined
    return steps ?? largestCut(params, found, frame)
  },
})

/** What the cut is for; none when nothing of it was found. */
function foundIn({ subject, labels, index }: Params, { facts }: Frame): readonly Subject[] {
  const seen = subject === 'face' ? facts.faces : facts.subjects
  if (seen === undefined) throw new TypeError('smartCrop lowered without what models found')
  const named = labels === undefined ? seen : seen.filter(isNamed(labels))
  const wanted = subject === 'any' ? named : named.filter(({ kind }) => kind === subject)
  const one = index === undefined ? undefined : wanted[index - 1]
  return one === undefined ? wanted : [one]
}

/** The largest cut of the shape, at the place that keeps most of what was found. */
function largestCut(
  { width, height, aspect, otherwise }: Params,
  found: readonly Subject[],
  frame: Frame,
): readonly Step[] {
  const position = found.length > 0 ? 'subject' : otherwise
  const seen = { ...frame, facts: { ...frame.facts, subjects: found } }
  if (aspect !== undefined) return crop.lower(crop.params.parse({ aspect, position }), seen)
  if (width === undefined || height === undefined) return []
  return resize.lower(resize.params.parse({ width, height, position }), seen)
}

/** Nearer to the subject: both sides of the cut go evenly from the largest to the smallest that holds it. */
function tightCut(
  { width, height, aspect, tightness }: Params,
  found: readonly Subject[],
  frame: Frame,
): readonly Step[] {
  const region = around(leading(found))
  const own = { width: region.width * frame.width, height: region.height * frame.height }
  const shape = width === undefined || height === undefined ? sizeIn(aspect) : { width, height }
  const largest = shape === undefined ? frame : largestOfAspect(frame, shape)
  const tight = shape === undefined ? own : smallestOfAspect(own, shape)
  const side = (name: keyof Size) =>
    Math.min(largest[name], roundSide(largest[name] + (tight[name] - largest[name]) * tightness))
  const size = { width: side('width'), height: side('height') }
  const steps: readonly Step[] = sameSize(size, frame)
    ? []
    : [{ step: 'extract', ...cutOffset(frame, size, middleOf(region)), ...size }]
  if (width === undefined || height === undefined) return steps
  const scaled = resize.params.parse({ width, height, fit: 'fill' })
  return [...steps, ...resize.lower(scaled, frameAfterAll(frame, steps))]
}

function sizeIn(aspect: string | undefined): Size | undefined {
  return aspect === undefined ? undefined : aspectSize(aspect)
}

/** Those of the kind that matters most. */
function leading(found: readonly Subject[]): readonly Subject[] {
  const first = subjectKinds.find((kind) => found.some((subject) => subject.kind === kind))
  return found.filter(({ kind }) => kind === first)
}

/** The smallest box of this shape that holds a box of `inner`. */
function smallestOfAspect(inner: Size, shape: Size): Size {
  const scale = Math.max(inner.width / shape.width, inner.height / shape.height)
  return { width: shape.width * scale, height: shape.height * scale }
}

function middleOf({ left, top, width, height }: Region): { readonly x: number; readonly y: number } {
  return { x: left + width / 2, y: top + height / 2 }
}
