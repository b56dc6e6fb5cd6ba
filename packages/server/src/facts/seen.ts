/** The shape of what models saw: a decoding child's word is checked before it is stored or shown. */
import { mostSeen } from '@fovea/core'
import * as z from 'zod'

const part = z.number().min(0).max(1)
const point = z.strictObject({ x: part, y: part })
const region = { left: part, top: part, width: part, height: part, score: part }

const landmarks = z.strictObject({ leftEye: point, rightEye: point, nose: point, mouth: point })

const subject = z.strictObject({
  ...region,
  kind: z.enum(['person', 'animal', 'object', 'salient']),
  label: z.string().max(40).exactOptional(),
})

export const seenFaces = z
  .array(z.strictObject({ ...region, landmarks }))
  .max(mostSeen)
  .readonly()
export const seenSubjects = z.array(subject).max(mostSeen).readonly()

export const seen = z.strictObject({ faces: seenFaces, subjects: seenSubjects.exactOptional() })
