/**
 * What a picture is about, as rectangles.
 *
 * Rectangles are parts of the picture's sides, so they outlast every resize; cuts, mirrors, turns and margins move
 * them by plain arithmetic. What models found once holds for every variant.
 */
import type { Box, Size } from './size.ts'

/** 0–1 from the left and the top; lies inside the picture. */
export interface Region {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** In the order in which a cut cares for them; `salient` is what draws the eye where nothing is recognised. */
export const subjectKinds = ['face', 'person', 'animal', 'object', 'salient'] as const
export type SubjectKind = (typeof subjectKinds)[number]

export interface Subject extends Region {
  readonly kind: SubjectKind
  /** How sure the model is, 0–1. */
  readonly score: number
  /** A word of COCO; absent for faces and what merely stands out. */
  readonly label?: string
}

/** The picture within the box, which lies in a picture of `size`; what it leaves out is gone. */
export function cutSubjects(subjects: readonly Subject[], size: Size, box: Box): readonly Subject[] {
  const left = box.left / size.width
  const top = box.top / size.height
  const scaleX = size.width / box.width
  const scaleY = size.height / box.height
  return subjects.flatMap((subject) => {
    const moved = clipped({
      left: (subject.left - left) * scaleX,
      top: (subject.top - top) * scaleY,
      width: subject.width * scaleX,
      height: subject.height * scaleY,
    })
    return moved === undefined ? [] : [{ ...subject, ...moved }]
  })
}

/** Top and bottom change places. */
export function flipSubjects(subjects: readonly Subject[]): readonly Subject[] {
  return subjects.map((subject) => ({ ...subject, top: 1 - subject.top - subject.height }))
}

/** Left and right change places. */
export function flopSubjects(subjects: readonly Subject[]): readonly Subject[] {
  return subjects.map((subject) => ({ ...subject, left: 1 - subject.left - subject.width }))
}

/** Clockwise quarter turns. */
export function turnSubjects(subjects: readonly Subject[], quarters: number): readonly Subject[] {
  if (quarters === 0) return subjects
  const turned = subjects.map(({ left, top, width, height, ...what }) => ({
    ...what,
    left: 1 - top - height,
    top: left,
    width: height,
    height: width,
  }))
  return turnSubjects(turned, quarters - 1)
}

/** The smallest region that holds them all. */
export function around(regions: readonly Region[]): Region {
  const left = Math.min(...regions.map((region) => region.left))
  const top = Math.min(...regions.map((region) => region.top))
  return {
    left,
    top,
    width: Math.max(...regions.map((region) => region.left + region.width)) - left,
    height: Math.max(...regions.map((region) => region.top + region.height)) - top,
  }
}

/** With room on each side, in parts of its own sides, as far as the picture goes. */
export function grown(region: Region, room: number): Region {
  const across = region.width * room
  const down = region.height * room
  const moved = clipped({
    left: region.left - across,
    top: region.top - down,
    width: region.width + 2 * across,
    height: region.height + 2 * down,
  })
  return moved ?? region
}

function clipped({ left, top, width, height }: Region): Region | undefined {
  const right = Math.min(1, left + width)
  const bottom = Math.min(1, top + height)
  const start = { left: Math.max(0, left), top: Math.max(0, top) }
  if (right <= start.left || bottom <= start.top) return undefined
  return { ...start, width: right - start.left, height: bottom - start.top }
}
