/** Vendors' effects that hide faces. */
import type { OperationInput } from '../operations/index.ts'

type BlurFaces = Extract<OperationInput, { op: 'blurFaces' }>

/** From our least to our greatest strength: theirs may be fainter, which would leave people to be recognised. */
const [least, greatest] = [1, 6]

/** @param level above 0; the vendor's greatest is `most` */
export function hiddenFaces(how: 'blur' | 'pixelate', level: number, most: number): BlurFaces {
  return { op: 'blurFaces', how, strength: least + ((greatest - least) * Math.min(level, most)) / most }
}
