/** What models saw in a picture, in pixels of the upright picture, under names that people can tell apart. */
import type { Face, PictureFacts, Region, Subject } from '@fovea/client/facts'
import type { Size } from '@fovea/core/geometry/size'

/** px from the left and the top. */
export interface Box extends Size {
  readonly left: number
  readonly top: number
}

export type SightKind = 'face' | 'subject'

export interface Sight {
  readonly key: string
  readonly kind: SightKind
  readonly name: string
  /** How sure the model is, 0–1. */
  readonly score: number
  readonly box: Box
  /** Of a face: eyes, nose and mouth, px. */
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

/** Faces, then subjects, the surest of each first. */
export function sightsIn({
  faces = [],
  subjects = [],
  ...size
}: Pick<PictureFacts, 'faces' | 'subjects'> & Size) {
  const names = numbered(subjects.map(nameOf))
  return [
    ...faces.map((face, index): Sight => {
      const name = faces.length === 1 ? 'Face' : `Face ${index + 1}`
      return { key: `face-${index}`, kind: 'face', name, ...placed(face, size), points: pointsOf(face, size) }
    }),
    ...subjects.map((subject, index): Sight => {
      const name = names[index] ?? ''
      return { key: `subject-${index}`, kind: 'subject', name, ...placed(subject, size), points: [] }
    }),
  ]
}

function placed({ left, top, width, height, score }: Region & { readonly score: number }, size: Size) {
  const box = {
    left: Math.round(left * size.width),
    top: Math.round(top * size.height),
    width: Math.round(width * size.width),
    height: Math.round(height * size.height),
  }
  return { box, score }
}

function pointsOf({ landmarks }: Face, { width, height }: Size): Sight['points'] {
  const { leftEye, rightEye, nose, mouth } = landmarks
  return [leftEye, rightEye, nose, mouth].map(({ x, y }) => ({
    x: Math.round(x * width),
    y: Math.round(y * height),
  }))
}

function nameOf({ kind, label }: Subject): string {
  if (kind === 'salient') return 'What stands out'
  const word = label ?? kind
  return word.charAt(0).toUpperCase() + word.slice(1)
}

/** A number behind each name that stands there more than once. */
function numbered(names: readonly string[]): readonly string[] {
  return names.map((name, index) => {
    if (names.indexOf(name) === names.lastIndexOf(name)) return name
    return `${name} ${names.slice(0, index + 1).filter((other) => other === name).length}`
  })
}
