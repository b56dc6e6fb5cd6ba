/**
 * What a picture is about, as rectangles, and the cut that keeps most of it.
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
  const turned = subjects.map(({ left, top, width, height, kind, score }) => ({
    left: 1 - top - height,
    top: left,
    width: height,
    height: width,
    kind,
    score,
  }))
  return turnSubjects(turned, quarters - 1)
}

/**
 * Where a cut of `inner` px out of a picture of `outer` px keeps most of what matters: the place with the greatest
 * weighed area inside, and among equals the one that has it nearest to the middle. Rounded half up, inside the picture.
 * @param subjects at least one
 */
export function subjectOffset(
  outer: Size,
  inner: Size,
  subjects: readonly Subject[],
): { left: number; top: number } {
  const across = subjects.map((subject) => spanOf(subject, subject.left, subject.width))
  const down = subjects.map((subject) => spanOf(subject, subject.top, subject.height))
  const x = bestStart(across, inner.width / outer.width)
  const y = bestStart(down, inner.height / outer.height)
  return {
    left: fitted(x * outer.width, outer.width - inner.width),
    top: fitted(y * outer.height, outer.height - inner.height),
  }
}

interface Span {
  readonly from: number
  readonly length: number
  readonly weight: number
}

/** Detectors see a face from brow to chin: a cut should keep the hair above it and some air. */
const headroom = 0.3

function spanOf(subject: Subject, from: number, length: number): Span {
  const margin = subject.kind === 'face' ? headroom * length : 0
  const start = Math.max(0, from - margin)
  const end = Math.min(1, from + length + margin)
  return { from: start, length: end - start, weight: weightOf(subject) }
}

/**
 * The start of a window of this length. The weighed overlap is piecewise linear in the start, so it is greatest where
 * the window's edge meets an edge of a subject; of a plateau the start nearest to having the subjects in the middle.
 */
function bestStart(spans: readonly Span[], length: number): number {
  const last = Math.max(0, 1 - length)
  const total = spans.reduce((sum, { weight }) => sum + weight, 0)
  const middle =
    spans.reduce((sum, { from, length, weight }) => sum + (from + length / 2) * weight, 0) / total
  const within = (start: number) => Math.min(last, Math.max(0, start))
  const starts = [
    middle - length / 2,
    ...spans.flatMap((span) => [span.from, span.from + span.length - length]),
  ]
  const gain = (start: number) =>
    spans.reduce((sum, span) => {
      const inside = Math.min(span.from + span.length, start + length) - Math.max(span.from, start)
      return sum + span.weight * Math.max(0, inside / span.length)
    }, 0)
  const candidates = starts.map(within).map((start) => ({ start, gain: gain(start) }))
  const most = Math.max(...candidates.map((candidate) => candidate.gain))
  const good = candidates.filter((candidate) => candidate.gain >= most - 1e-9).map(({ start }) => start)
  return nearest(middle - length / 2, Math.min(...good), Math.max(...good))
}

/** A face outweighs its person, a person an animal, an animal a thing. */
const kindWeights: Readonly<Record<SubjectKind, number>> = {
  face: 16,
  person: 4,
  animal: 3,
  object: 1,
  salient: 1,
}

/** The large ones matter: passers-by and cups on the table should not pull a cut away from them. */
function weightOf({ kind, score, width, height }: Subject): number {
  return kindWeights[kind] * score * Math.sqrt(width * height)
}

function nearest(wanted: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, wanted))
}

function fitted(start: number, last: number): number {
  return Math.min(last, Math.max(0, Math.floor(start + 0.5)))
}

function clipped({ left, top, width, height }: Region): Region | undefined {
  const right = Math.min(1, left + width)
  const bottom = Math.min(1, top + height)
  const start = { left: Math.max(0, left), top: Math.max(0, top) }
  if (right <= start.left || bottom <= start.top) return undefined
  return { ...start, width: right - start.left, height: bottom - start.top }
}
