/** Cuts around the focal point of a picture, whatever way it is stored and whatever is done before the cut. */
import type { OperationInput } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { sharp } from './sharp/setup.ts'
import { outputOf, transform } from './testing/request.ts'

const [width, height] = [240, 120]
const focalPoint = { x: 0.85, y: 0.3 }
const mark = { left: width * focalPoint.x - 6, top: height * focalPoint.y - 6, side: 12 }

/** Dark, with a white square around the point. */
const upright = sharp({ create: { width, height, channels: 3, background: '#203040' } })
  .composite([
    {
      input: { create: { width: mark.side, height: mark.side, channels: 3, background: '#ffffff' } },
      left: mark.left,
      top: mark.top,
    },
  ])
  .png()

/** Moves that undo those a tag asks for. */
const lying: Readonly<Record<number, (image: ReturnType<typeof sharp>) => ReturnType<typeof sharp>>> = {
  1: (image) => image,
  2: (image) => image.flop(),
  3: (image) => image.rotate(180),
  4: (image) => image.flip(),
  // sharp mirrors before it turns.
  5: (image) => image.flop().rotate(270),
  6: (image) => image.rotate(270),
  7: (image) => image.flop().rotate(90),
  8: (image) => image.rotate(90),
}

async function stored(tag: number): Promise<Buffer> {
  const pixels = sharp(await upright.clone().toBuffer())
  const turned = await (lying[tag] ?? ((image) => image))(pixels).png().toBuffer()
  return sharp(turned).withMetadata({ orientation: tag }).png().toBuffer()
}

/** Where the white is, as parts of the sides. */
async function whiteIn(bytes: Uint8Array): Promise<{ x: number; y: number; share: number }> {
  const { data, info } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true })
  let [across, down, count] = [0, 0, 0]
  for (let at = 0; at < data.length; at++) {
    if ((data[at] ?? 0) < 200) continue
    across += (at % info.width) + 0.5
    down += Math.floor(at / info.width) + 0.5
    count++
  }
  return { x: across / count / info.width, y: down / count / info.height, share: count / data.length }
}

const made = async (bytes: Uint8Array, pipeline: readonly OperationInput[], orient = true) =>
  (await transform({ bytes }, pipeline, outputOf('png'), { orient, focalPoint })).bytes

const square: OperationInput = { op: 'crop', width: 40, height: 40 }

describe('a cut that names no place', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'has the point in its middle when the file lies as tag %i',
    async (tag) => {
      for (const orient of [true, false]) {
        const { x, y } = await whiteIn(await made(await stored(tag), [square], orient))
        expect(x).toBeCloseTo(0.5, 1)
        expect(y).toBeCloseTo(0.5, 1)
      }
    },
  )

  it.each<[string, readonly OperationInput[]]>([
    ['a cover', [{ op: 'resize', width: 60, height: 120 }]],
    ['a mirror and a turn', [{ op: 'flop' }, { op: 'rotate', angle: 90 }, square]],
    ['another pass', [{ op: 'blur', sigma: 0.5 }, { op: 'flip' }, { op: 'grayscale' }, square]],
    ['a free turn', [{ op: 'rotate', angle: 30, background: '#203040' }, square]],
    ['a border', [{ op: 'extend', left: 77, top: 40, background: '#203040' }, square]],
    ['a cut', [{ op: 'crop', left: 100, top: 0, width: 140, height: 120 }, square]],
    [
      'a trim',
      [{ op: 'extend', left: 90, background: '#ff0000' }, { op: 'trim', background: '#ff0000' }, square],
    ],
  ])('keeps it behind %s', async (_, pipeline) => {
    const { x } = await whiteIn(await made(await stored(6), pipeline))
    expect(Math.abs(x - 0.5)).toBeLessThan(0.2)
  })

  it('lies in the centre, away from it, when that is said', async () => {
    const { share } = await whiteIn(await made(await stored(1), [{ ...square, position: 'center' }]))
    expect(share).toBe(0)
  })
})
