/** Degrees clockwise, 0–360; with `!` the image is mirrored first. Source: Image API 3.0 §4.3 */
import type { OperationInput } from '../../operations/index.ts'
import { invalid } from './invalid.ts'

const form = /^(!?)(\d{1,3}(?:\.\d{1,15})?)$/

export interface Rotation {
  readonly isMirrored: boolean
  /** 0 up to, but without, 360. */
  readonly angle: number
}

/** @throws Problem `request/invalid-parameter` */
export function readRotation(text: string): Rotation {
  const match = form.exec(text)
  const angle = Number(match?.[2])
  if (match === null || !(angle <= 360)) {
    throw invalid('rotation', text, 'must be a number of degrees from 0 to 360, with ! before it to mirror')
  }
  return { isMirrored: match[1] === '!', angle: angle % 360 }
}

export function rotationOf({ isMirrored, angle }: Rotation): readonly OperationInput[] {
  return [
    ...(isMirrored ? [{ op: 'flop' } as const] : []),
    ...(angle === 0 ? [] : [{ op: 'rotate', angle } as const]),
  ]
}
