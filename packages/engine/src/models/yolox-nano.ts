/**
 * YOLOX-nano: the things of COCO. Reading of its output after Megvii: cells of three strides one behind the other,
 * each a box (centre offset, log of the sides, in strides), an object score and 80 class scores.
 */
import { cocoLabels } from '@fovea/core/model'
import { cornersOf, regionIn, withoutDoubles } from './boxes.ts'
import type { FoundSubject, Model } from './model.ts'
import { planes } from './planar.ts'

const side = 416
const strides = [8, 16, 32] as const
const numbersEach = 5 + cocoLabels.length
/** What the exporter filled the square with. */
const filling = 114
const leastScore = 0.3
const mostOverlap = 0.5

export const yoloxNano: Model<'subjects'> = {
  id: 'yolox-nano-1',
  task: 'subjects',
  weights: {
    file: 'yolox_nano/yolox_nano_416.onnx',
    bytes: 3_678_356,
    sha256: 'e8af074932d4ed7e232278e3055cefcdea3edf178874a3694ae292649fb464dd',
    licence: 'Apache-2.0',
    origin: 'Megvii-BaseDetection/YOLOX',
    url: 'https://github.com/Bigisland1729/object-detection-models/raw/7f3f2fa/yolox_nano.onnx',
  },
  async run(session, picture) {
    const square = await picture.letterbox(side, filling)
    const [name = ''] = session.outputs
    const { [name]: read = new Float32Array() } = await session.run(
      planes(square.rgb, 'bgr'),
      [1, 3, side, side],
      [name],
    )
    const found: FoundSubject[] = []
    let first = 0
    for (const stride of strides) {
      const columns = side / stride
      for (let cell = 0; cell < columns * columns; cell++, first += numbersEach) {
        const [x = 0, y = 0, width = 0, height = 0, object = 0] = read.subarray(first, first + 5)
        if (object < leastScore) continue
        const { index, score } = best(read.subarray(first + 5, first + numbersEach))
        if (object * score < leastScore) continue
        const region = regionIn(
          square,
          cornersOf(
            ((cell % columns) + x) * stride,
            (Math.floor(cell / columns) + y) * stride,
            Math.exp(width) * stride,
            Math.exp(height) * stride,
          ),
        )
        if (region !== undefined)
          found.push({ ...region, score: object * score, label: cocoLabels[index] ?? '' })
      }
    }
    return withoutDoubles(found, mostOverlap)
  },
}

/** The greatest of the scores and its place. */
export function best(scores: Float32Array): { readonly index: number; readonly score: number } {
  let index = 0
  for (let at = 1; at < scores.length; at++) if ((scores[at] ?? 0) > (scores[index] ?? 0)) index = at
  return { index, score: scores[index] ?? 0 }
}
