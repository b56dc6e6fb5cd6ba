/** Pixels of one grey channel go through every kind of step as those of three equal channels do. */
import { defaultLimits, type Step } from '@fovea/core'
import { expect, it } from 'vitest'
import { randomFrom } from '../../../fixtures/random.ts'
import { execute } from './execute.ts'
import type { Raster } from './image.ts'
import { open } from './open.ts'
import { sharp } from './sharp/setup.ts'

const black = { r: 0, g: 0, b: 0, alpha: 1 }
const steps: readonly Step[] = [
  { step: 'blur', sigma: 2 },
  { step: 'unsharp', sigma: 2, amount: 1, threshold: 0 },
  { step: 'sharpen', sigma: 1, flat: 1, jagged: 2 },
  { step: 'median', size: 3 },
  { step: 'modulate', brightness: 1.2, saturation: 2, hue: 90, lightness: 4 },
  { step: 'normalise', lower: 1, upper: 99 },
  { step: 'turn', quarters: 1 },
  { step: 'rotate', angle: 20, background: black },
  { step: 'rotate', angle: 20, background: { r: 200, g: 0, b: 0, alpha: 0.5 } },
  { step: 'extend', top: 1, right: 2, bottom: 3, left: 4, background: black },
  { step: 'resize', width: 17, height: 19, kernel: 'lanczos3' },
  { step: 'resize', width: 70, height: 50, kernel: 'cubic' },
  { step: 'within', left: 3, top: 4, width: 12, height: 9, steps: [{ step: 'blur', sigma: 3 }] },
  { step: 'wash', from: black, to: { ...black, alpha: 0 }, angle: 45, blend: 'soft-light', opacity: 0.5 },
]

const size = { width: 40, height: 30 }

async function pixels(depth: 8 | 16): Promise<readonly [grey: Raster, colour: Raster]> {
  const random = randomFrom(depth)
  const data = (depth === 16 ? new Uint16Array(1_200) : new Uint8Array(1_200)).map(
    (_, at) => (at % 40) * (depth === 16 ? 900 : 4) + random() * 60,
  )
  const png = await sharp(data, { raw: { ...size, channels: 1 } })
    .toColourspace(depth === 16 ? 'rgb16' : 'srgb')
    .png()
    .toBuffer()
  const source = { ...(await open({ bytes: png }, defaultLimits)), keeps16Bit: depth === 16 }
  const colour = await execute([], source)
  const grey = { ...colour, data, channels: 1 } as const
  return [
    grey,
    {
      ...colour,
      data: Uint16Array.from({ length: 3_600 }, (_, at) => data[Math.floor(at / 3)] ?? 0),
      channels: 3,
    },
  ]
}

it.each(steps.flatMap((step) => [[step.step, step, 8] as const, [step.step, step, 16] as const]))(
  '%s %j in %i bit',
  async (_, step, depth) => {
    const [grey, wide] = await pixels(depth)
    const colour = depth === 8 ? { ...wide, data: Uint8Array.from(wide.data) } : wide
    const made = await execute([step], grey)
    const wanted = await execute([step], colour)
    const places = made.width * made.height
    expect([made.width, made.height]).toEqual([wanted.width, wanted.height])
    let worst = 0
    for (let place = 0; place < places; place++) {
      const value = made.data[place * made.channels] ?? 0
      worst = Math.max(worst, Math.abs(value - (wanted.data[place * wanted.channels] ?? 0)))
    }
    expect(worst).toBeLessThanOrEqual(depth === 8 ? 1 : 257)
  },
)
