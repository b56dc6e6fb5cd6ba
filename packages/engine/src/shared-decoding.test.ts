/** Sizes of one photo that share its decoding: as near to the photo as each made alone, and only where that can be. */
import { defaultLimits, type OperationInput } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import type { MadeOutput } from './pool/protocol.ts'
import { run } from './run.ts'
import { sharp } from './sharp/setup.ts'
import { animation } from './testing/animation.ts'
import { outputOf, wanted } from './testing/request.ts'

const [width, height] = [1800, 1200]

/** Waves that grow finer to the right and edges at an angle: what resampling blurs, rings on or makes patterns of. */
const chart = Buffer.alloc(width * height * 3)
for (let y = 0; y < height; y++) {
  for (let x = 0; x < width; x++) {
    const wave = 60 * Math.sin((x * x) / (width * 9)) * Math.cos(y / 13)
    const edge = (x + 2 * y) % 170 < 60 ? 50 : 0
    chart.set([110 + wave + edge, 120 - wave, 90 + edge + (y / height) * 60], (y * width + x) * 3)
  }
}
const raw = { raw: { width, height, channels: 3 } } as const
const photo = () => sharp(chart, raw)

type Wish = readonly [readonly OperationInput[], ReturnType<typeof outputOf>]

async function make(bytes: Uint8Array, wishes: readonly Wish[]): Promise<readonly MadeOutput[]> {
  const outputs = wishes.map(([operations, output]) => wanted(operations, output))
  const { outputs: made } = await run({
    kind: 'run',
    source: { bytes },
    decode: { orient: true },
    limits: defaultLimits,
    outputs,
  })
  return made
}

const widths = [700, 520, 300, 150, 60]
const sized = (size: number, more: readonly OperationInput[] = []): Wish => [
  [{ op: 'resize', width: size }, ...more],
  outputOf('png'),
]

/** Mean squared difference of the channels. */
async function squaredError(a: Uint8Array, b: Uint8Array): Promise<number> {
  const [left, right] = await Promise.all([a, b].map((bytes) => sharp(bytes).removeAlpha().raw().toBuffer()))
  if (left === undefined || left.length !== right?.length) throw new Error('the pictures differ in size')
  return left.reduce((sum, value, at) => sum + (value - (right[at] ?? 0)) ** 2, 0) / left.length
}

/** Whether each output has the same pixels in this company as alone. */
async function areSame(bytes: Uint8Array, wishes: readonly Wish[]): Promise<readonly boolean[]> {
  const together = await make(bytes, wishes)
  return Promise.all(
    together.map(async (made, index) => {
      const [alone] = await make(bytes, wishes.slice(index, index + 1))
      return (await squaredError(made.bytes, alone?.bytes ?? Buffer.of())) === 0
    }),
  )
}

describe('sizes of one photo', () => {
  it.each([
    ['JPEG', () => photo().jpeg({ quality: 92 }).toBuffer()],
    ['turned JPEG', () => photo().jpeg({ quality: 92 }).withMetadata({ orientation: 6 }).toBuffer()],
    ['WebP', () => photo().webp({ quality: 92 }).toBuffer()],
  ])('are as near to all of its pixels as each made alone: %s', async (_, encode) => {
    const bytes = await encode()
    const whole = await sharp(bytes).autoOrient().png().toBuffer()
    const together = await make(
      bytes,
      widths.map((size) => sized(size)),
    )
    for (const [index, size] of widths.entries()) {
      const [alone] = await make(bytes, [sized(size)])
      const ideal = await sharp(whole).resize(size).png().toBuffer()
      const shared = await squaredError(together[index]?.bytes ?? Buffer.of(), ideal)
      // 1 dB, and what two roundings to 8 bit may add.
      expect(shared, `${size} px`).toBeLessThan(
        (await squaredError(alone?.bytes ?? Buffer.of(), ideal)) * 1.26 + 1,
      )
    }
  })

  it('go on from there as each would alone', async () => {
    const bytes = await photo().jpeg({ quality: 92 }).toBuffer()
    const wishes: readonly Wish[] = [
      sized(600, [{ op: 'sharpen' }]),
      [[{ op: 'resize', width: 300, height: 300 }], outputOf('png')],
      sized(200, [
        { op: 'rotate', angle: 90 },
        { op: 'blur', sigma: 2 },
      ]),
      sized(100, [{ op: 'trim' }]),
    ]
    const together = await make(bytes, wishes)
    expect(together.map((made) => [made.width, made.height])).toEqual([
      [600, 400],
      [300, 300],
      [133, 200],
      [100, 67],
    ])
    for (const [index, wish] of wishes.entries()) {
      const [alone] = await make(bytes, [wish])
      expect(
        await squaredError(together[index]?.bytes ?? Buffer.of(), alone?.bytes ?? Buffer.of()),
      ).toBeLessThan(20)
    }
  })

  it('leave the largest as it is alone, and what begins otherwise', async () => {
    const bytes = await photo().jpeg({ quality: 92 }).toBuffer()
    const cut: Wish = [[{ op: 'crop', left: 5, top: 5, width: 90, height: 90 }], outputOf('png')]
    const pixelated: Wish = [[{ op: 'resize', width: 90, kernel: 'nearest' }], outputOf('png')]
    expect(await areSame(bytes, [sized(300), sized(600), cut, pixelated])).toEqual([false, true, true, true])
  })

  it.each([
    [
      'one that is wider and one that is higher than the other',
      [
        [700, 100],
        [100, 700],
      ],
    ],
    ['one alone', [[700, 100]]],
  ])('are not shared by %s', async (_, sizes) => {
    const bytes = await photo().jpeg({ quality: 92 }).toBuffer()
    const wishes = sizes.map(
      ([w = 0, h = 0]): Wish => [[{ op: 'resize', width: w, height: h, fit: 'fill' }], outputOf('png')],
    )
    expect(await areSame(bytes, wishes)).toEqual(sizes.map(() => true))
  })

  it('of a drawing, of an animation and of 16 bit are each made of the source itself', async () => {
    const drawing = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="600"><circle r="300"/></svg>',
    )
    expect(await areSame(drawing, [sized(300), sized(200)])).toEqual([true, true])
    const moving = (size: number): Wish => [[{ op: 'resize', width: size }], outputOf('webp')]
    expect(await areSame(await animation('webp'), [moving(24), moving(12)])).toEqual([true, true])
  })
})
