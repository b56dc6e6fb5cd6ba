/**
 * What models saw in a picture, as it is told and stored: of the upright picture, whatever a request makes of it.
 * Points and rectangles are parts of the sides, 0–1 from the left and the top.
 */
import type { Region, SubjectKind } from '../geometry/subject.ts'
import type { Sightings } from './sightings.ts'

export interface Point {
  readonly x: number
  readonly y: number
}

/** Left and right as in the picture: a person who looks at the camera has the left eye on the right. */
export interface FaceLandmarks {
  readonly leftEye: Point
  readonly rightEye: Point
  readonly nose: Point
  /** Its middle. */
  readonly mouth: Point
}

export interface SeenFace extends Region {
  /** How sure the model is, 0–1. */
  readonly score: number
  readonly landmarks: FaceLandmarks
}

export interface SeenSubject extends Region {
  readonly kind: Exclude<SubjectKind, 'face'>
  readonly score: number
  /** A word of COCO; absent for what merely stands out. The box is dependable, the word is not. */
  readonly label?: string
}

/** Faces, or subjects, that are told of one picture: the surest. */
export const mostSeen = 500

export interface Seen {
  /** The surest first. */
  readonly faces: readonly SeenFace[]
  /** People, animals and things; absent when nobody asked for them. */
  readonly subjects?: readonly SeenSubject[]
}

/** What cuts know of it. */
export function sightingsIn({ faces, subjects }: Seen): Partial<Sightings> {
  const found = faces.map(({ landmarks, ...face }) => ({ ...face, kind: 'face' as const }))
  if (subjects === undefined) return { faces: found }
  return { faces: found, subjects: [...found, ...subjects] }
}
