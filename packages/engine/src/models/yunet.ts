/**
 * YuNet: faces with five landmarks. Reading of its outputs after libfacedetection: for each stride a cell has a class
 * and an object score, a box (centre offset, log of the sides, in strides) and landmark offsets.
 */
import { between, cornersOf, pointIn, regionIn, withoutDoubles } from './boxes.ts'
import type { FoundFace, Letterbox, Model } from './model.ts'
import { planes } from './planar.ts'

const side = 640
const strides = [8, 16, 32] as const
/** Below it monkeys and alpacas are faces. */
const leastScore = 0.7
const mostOverlap = 0.3
/** Both eyes, the one on the picture's left first, the nose and the corners of the mouth. */
const landmarks = 5
const outputs = strides.flatMap((stride) => ['cls', 'obj', 'bbox', 'kps'].map((kind) => `${kind}_${stride}`))

export const yunet: Model<'faces'> = {
  id: 'yunet-n-1',
  task: 'faces',
  weights: {
    file: 'yunet/yunet_n_dynamic.onnx',
    bytes: 322_906,
    sha256: '104ee26c71d5c270ce79a6b3dced91c91013260d29a6bf18f9296c5b8c4c2b12',
    licence: 'Apache-2.0',
    origin: 'ShiqiYu/libfacedetection.train',
    url: 'https://github.com/ShiqiYu/libfacedetection.train/raw/0047ac2/onnx/yunet_n_dynamic.onnx',
  },
  async run(session, picture) {
    const square = await picture.letterbox(side, 0)
    const read = await session.run(planes(square.rgb, 'bgr'), [1, 3, side, side], outputs)
    const found = strides.flatMap((stride) => {
      const [scores, objects, boxes, points] = ['cls', 'obj', 'bbox', 'kps'].map(
        (kind) => read[`${kind}_${stride}`] ?? new Float32Array(),
      )
      if (!scores || !objects || !boxes || !points) return []
      return facesAt(stride, square, { scores, objects, boxes, points })
    })
    return withoutDoubles(found, mostOverlap)
  },
}

interface Cells {
  readonly scores: Float32Array
  readonly objects: Float32Array
  readonly boxes: Float32Array
  readonly points: Float32Array
}

function facesAt(stride: number, square: Letterbox, cells: Cells): readonly FoundFace[] {
  const columns = side / stride
  const found: FoundFace[] = []
  for (const [cell, score] of cells.scores.entries()) {
    const certainty = Math.sqrt(part(score) * part(cells.objects[cell] ?? 0))
    if (certainty < leastScore) continue
    const [column, row] = [cell % columns, Math.floor(cell / columns)]
    const [x = 0, y = 0, width = 0, height = 0] = cells.boxes.subarray(cell * 4)
    const region = regionIn(
      square,
      cornersOf(
        (column + x) * stride,
        (row + y) * stride,
        Math.exp(width) * stride,
        Math.exp(height) * stride,
      ),
    )
    if (region === undefined) continue
    const offsets = cells.points.subarray(cell * landmarks * 2, (cell + 1) * landmarks * 2)
    const at = (part: number) =>
      pointIn(
        square,
        (column + (offsets[part * 2] ?? 0)) * stride,
        (row + (offsets[part * 2 + 1] ?? 0)) * stride,
      )
    const mouth = between(at(3), at(4))
    found.push({
      ...region,
      score: certainty,
      landmarks: { leftEye: at(0), rightEye: at(1), nose: at(2), mouth },
    })
  }
  return found
}

function part(value: number): number {
  return Math.min(1, Math.max(0, value))
}
