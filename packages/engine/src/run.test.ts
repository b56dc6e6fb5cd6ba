import { defaultLimits, type OperationInput } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import type { MadeOutput, RunRequest } from './pool/protocol.ts'
import { run } from './run.ts'
import { sharp } from './sharp/setup.ts'
import { animation } from './testing/animation.ts'
import { pictures } from './testing/pictures.ts'
import { outputOf, wanted } from './testing/request.ts'

const [{ png }, { png: transparent }] = await pictures()

type Wish = readonly [readonly OperationInput[], ReturnType<typeof outputOf>]

function request(bytes: Uint8Array, wishes: readonly Wish[]): RunRequest {
  const outputs = wishes.map(([operations, output]) => wanted(operations, output))
  return { kind: 'run', source: { bytes }, decode: { orient: true }, limits: defaultLimits, outputs }
}

async function cpuMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const blurred: OperationInput = { op: 'blur', sigma: 3 }

describe('a run that cannot be done', () => {
  it('names the operation by its place among all, also behind those that had to be done first', async () => {
    const crop: OperationInput = { op: 'crop', left: 5000, top: 0, width: 10, height: 10 }
    const wish: Wish = [[blurred, { op: 'trim' }, { op: 'rotate', angle: 30 }, crop], outputOf('png')]
    await expect(run(request(png, [wish]))).rejects.toMatchObject({
      code: 'operation/impossible',
      members: { index: 3, operation: 'crop' },
    })
    await expect(run(request(png, [[[blurred], outputOf('png')], wish]))).rejects.toMatchObject({
      members: { index: 3, operation: 'crop', output: 1 },
    })
  })
})

const company: readonly Wish[] = [
  [[{ op: 'resize', width: 100 }], outputOf('webp')],
  [[{ op: 'resize', width: 100 }], outputOf('jpeg')],
  [[{ op: 'resize', width: 100 }], outputOf('png')],
  [[{ op: 'resize', width: 50 }], outputOf('webp')],
  // These draw on pixels that others share.
  [[blurred, { op: 'mask' }], outputOf('png')],
  [[blurred, { op: 'text', text: 'written', fontSize: 40 }], outputOf('png')],
  [[blurred, { op: 'resize', width: 80 }], outputOf('webp')],
  [[blurred, { op: 'resize', width: 40 }], outputOf('png')],
  [[blurred, { op: 'trim' }], outputOf('png')],
  [[{ op: 'trim' }, { op: 'flip' }], outputOf('webp')],
  [
    [
      { op: 'rotate', angle: 12 },
      { op: 'resize', width: 90 },
    ],
    outputOf('png'),
  ],
  [[], outputOf('tiff')],
]

describe('run', () => {
  it.each([
    ['a PNG', async () => png],
    ['a PNG with alpha', async () => transparent],
    ['a 16-bit PNG', async () => sharp(png).toColourspace('rgb16').png().toBuffer()],
  ])('makes the same bytes alone and in company from %s', async (_, source) => {
    const bytes = await source()
    const together = (await run(request(bytes, company))).outputs
    expect(together.length).toBe(company.length)
    for (const [index, wish] of company.entries()) {
      const [alone] = (await run(request(bytes, [wish]))).outputs as [MadeOutput]
      const made = together[index] as MadeOutput
      expect(Buffer.from(made.bytes).equals(alone.bytes), JSON.stringify(wish)).toBe(true)
      expect({ ...made, bytes: 0, passes: 0 }).toEqual({ ...alone, bytes: 0, passes: 0 })
    }
  })

  it('answers in the order of the wishes, moving and still ones mixed', async () => {
    const bytes = await animation('gif')
    const { outputs } = await run(
      request(bytes, [
        [[], outputOf('webp')],
        [[], outputOf('jpeg')],
        [[{ op: 'resize', width: 20 }], outputOf('gif')],
        [[], outputOf('webp', { animated: false })],
      ]),
    )
    expect(outputs.map(({ format, width, pages }) => [format, width, pages])).toEqual([
      ['webp', 48, 3],
      ['jpeg', 48, 1],
      ['gif', 20, 3],
      ['webp', 48, 1],
    ])
  })

  it('does costly work that outputs share once', async () => {
    const large = await sharp(png).resize(2000, 1500, { fit: 'fill' }).png().toBuffer()
    const costly = [{ op: 'modulate', hue: 40 }, { op: 'sharpen' }] as const
    const wish = (width: number): Wish => [[...costly, { op: 'resize', width }], outputOf('webp')]
    await run(request(large, [wish(200)]))
    const one = await cpuMs(() => run(request(large, [wish(200)])))
    const four = await cpuMs(() => run(request(large, [wish(200), wish(180), wish(160), wish(140)])))
    expect(four).toBeLessThan(one * 2)
  })

  it('encodes one picture in several formats from one decoding', async () => {
    const large = await sharp(png).resize(2400, 1800, { fit: 'fill' }).png().toBuffer()
    const wish = (format: 'webp' | 'jpeg' | 'tiff'): Wish => [[{ op: 'resize', width: 60 }], outputOf(format)]
    const all = [wish('webp'), wish('jpeg'), wish('tiff')]
    // What a format needs is loaded when it is first written, and a busy machine only ever adds: the least of several.
    await run(request(large, all))
    const least = { one: Number.POSITIVE_INFINITY, three: Number.POSITIVE_INFINITY }
    for (let round = 0; round < 5; round++) {
      least.one = Math.min(least.one, await cpuMs(() => run(request(large, [wish('webp')]))))
      least.three = Math.min(least.three, await cpuMs(() => run(request(large, all))))
    }
    expect(least.three).toBeLessThan(least.one * 1.8)
  })

  it('tells how long each stage took', async () => {
    const { timings } = await run(request(png, [[[blurred, { op: 'resize', width: 40 }], outputOf('webp')]]))
    expect(timings.open).toBeGreaterThan(0)
    expect(timings.operate).toBeGreaterThan(0)
    expect(timings.encode).toBeGreaterThan(0)
  })

  it('stops when the caller has gone', async () => {
    const signal = AbortSignal.abort(new Error('gone'))
    const made = run(request(png, [[[], outputOf('webp')]]), { signal })
    await expect(made).rejects.toMatchObject({ code: 'request/client-closed' })
  })

  it('refuses impossible and too large operations with their Problems', async () => {
    const beyond: Wish = [[{ op: 'crop', left: 10_000, top: 0, width: 5, height: 5 }], outputOf('webp')]
    await expect(run(request(png, [beyond]))).rejects.toMatchObject({ status: 422 })
    const huge: Wish = [[{ op: 'resize', width: 16_000, height: 16_000, fit: 'fill' }], outputOf('webp')]
    await expect(run(request(png, [huge]))).rejects.toMatchObject({ code: 'operation/too-large' })
  })

  it('refuses a truncated file whatever is asked of it', async () => {
    const jpeg = await sharp(png).jpeg().toBuffer()
    for (const pipeline of [[], [{ op: 'resize', width: 20 }], [{ op: 'trim' }], [blurred]] as const) {
      const made = run(request(jpeg.subarray(0, jpeg.length * 0.6), [[pipeline, outputOf('webp')]]))
      await expect(made).rejects.toMatchObject({ code: 'source/undecodable' })
    }
  })

  it('leaves a picture alone that has nothing to trim', async () => {
    const tiny = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    const { outputs } = await run(request(tiny, [[[{ op: 'trim' }], outputOf('png')]]))
    expect(outputs[0]).toMatchObject({ width: 2, height: 2 })
    const even = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    const flat = await run(request(even, [[[{ op: 'trim' }], outputOf('png')]]))
    expect(flat.outputs[0]).toMatchObject({ width: 40, height: 30 })
  })
})
