/** How an output is made of the last pixels: by one encoding, or by a search. */
import type { ImageOutput, Step } from '@fovea/core'
import { encode } from '../encode.ts'
import type { Image } from '../image.ts'
import { type Encoded, encodeWithin } from './within-bytes.ts'

/** Applies the last steps and makes the file. @throws Problem `operation/too-large`, `operation/impossible` */
export async function make(image: Image, steps: readonly Step[], output: ImageOutput): Promise<Encoded> {
  const { maxBytes } = output
  if (maxBytes !== undefined) return encodeWithin(image, steps, { ...output, maxBytes })
  return encode(image, steps, output)
}
