/**
 * Where a cut lies that keeps most of what a picture is about: the main subject whole, then as much of the others as
 * goes. One side at a time, so the place is found by looking at a handful of candidates.
 */
import type { Size } from './size.ts'
import { type Subject, type SubjectKind, subjectKinds } from './subject.ts'

/**
 * Where a cut of `inner` px out of a picture of `outer` px keeps most of what matters: the main subject first, whole
 * where it fits and else its middle, then the greatest weighed area of all, and among equals the place that has them
 * nearest to the middle. Rounded half up, inside the picture.
 * @param subjects at least one
 */
export function subjectOffset(
  outer: Size,
  inner: Size,
  subjects: readonly Subject[],
): { left: number; top: number } {
  const across = subjects.map((subject) => spanOf(subject, subject.left, subject.width, air.beside))
  const down = subjects.map((subject) => spanOf(subject, subject.top, subject.height, air.above))
  const x = bestStart(across, inner.width / outer.width)
  const y = bestStart(down, inner.height / outer.height)
  return {
    left: fitted(x * outer.width, outer.width - inner.width),
    top: fitted(y * outer.height, outer.height - inner.height),
  }
}

/** A subject along one side of the picture. */
interface Span {
  readonly from: number
  readonly length: number
  /** Air around it, within the picture. */
  readonly airFrom: number
  readonly airLength: number
  readonly weight: number
  readonly kind: SubjectKind
}

/** Part of the greatest weight that makes a subject the main one when its kind matters more. */
const nearly = 0.4
/** Detectors see a face from brow to chin: a cut should keep the hair and some air, in parts of the face's sides. */
const air = { above: 0.45, beside: 0.3 }

function spanOf(subject: Subject, from: number, length: number, before: number): Span {
  const isFace = subject.kind === 'face'
  const airFrom = Math.max(0, from - (isFace ? before * length : 0))
  const airLength = Math.min(1, from + length + (isFace ? air.beside * length : 0)) - airFrom
  return { from, length, airFrom, airLength, weight: weightOf(subject), kind: subject.kind }
}

/**
 * The start of a window of this length. The weighed overlap is piecewise linear in the start, so it is greatest where
 * an edge of the window meets one of a subject, and on a plateau between two such places.
 */
function bestStart(spans: readonly Span[], length: number): number {
  const main = mainOf(spans)
  const last = Math.max(0, 1 - length)
  const within = (start: number) => Math.min(last, Math.max(0, start))
  if (main.length > length) return within(main.from + (main.length - length) / 2)
  const total = spans.reduce((sum, { weight }) => sum + weight, 0)
  const middle =
    spans.reduce((sum, { airFrom, airLength, weight }) => sum + (airFrom + airLength / 2) * weight, 0) / total
  const centred = middle - length / 2
  const starts = [
    centred,
    ...spans.flatMap((span) => [
      ...[span.from, span.from + span.length - length],
      ...[span.airFrom, span.airFrom + span.airLength - length],
    ]),
  ].map(within)
  const whole = greatest(starts, (start) => inside(main.from, main.length, start, length))
  const airy = greatest(whole, (start) => inside(main.airFrom, main.airLength, start, length))
  const best = greatest(airy, (start) =>
    spans.reduce(
      (sum, { airFrom, airLength, weight }) => sum + weight * inside(airFrom, airLength, start, length),
      0,
    ),
  )
  return best.reduce((one, other) => (Math.abs(other - centred) < Math.abs(one - centred) ? other : one))
}

/** Of what weighs next to as much as the heaviest: a face before its person, and not before it on a poster behind. */
function mainOf(spans: readonly Span[]): Span {
  const heaviest = Math.max(...spans.map(({ weight }) => weight))
  const rank = ({ kind }: Span) => subjectKinds.indexOf(kind)
  return spans
    .filter(({ weight }) => weight >= heaviest * nearly)
    .reduce((one, other) => {
      if (rank(one) !== rank(other)) return rank(one) < rank(other) ? one : other
      return other.weight > one.weight ? other : one
    })
}

/** Part of the span (0–1) that lies in a window. */
function inside(from: number, length: number, start: number, window: number): number {
  return Math.max(0, Math.min(from + length, start + window) - Math.max(from, start)) / length
}

/** Those for which the value is the greatest, rounding errors aside. */
function greatest(starts: readonly number[], worthOf: (start: number) => number): readonly number[] {
  const values = starts.map(worthOf)
  const most = Math.max(...values)
  return starts.filter((_, at) => (values[at] ?? 0) >= most - 1e-9)
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

function fitted(start: number, last: number): number {
  return Math.min(last, Math.max(0, Math.floor(start + 0.5)))
}
