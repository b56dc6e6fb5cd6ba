import { defaultLimits, type OperationInput, parsePipeline } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { asPiece, tellProgress, withProgress } from './progress.ts'
import { outputOf, wanted } from './testing/request.ts'

const upscale: OperationInput = { op: 'upscale', factor: 2 }
const requestOf = (...pipelines: readonly OperationInput[][]) => ({
  outputs: pipelines.map((pipeline) => wanted(pipeline, outputOf('png'))),
})

async function told(request: ReturnType<typeof requestOf>, work: () => Promise<unknown>) {
  const fractions: number[] = []
  await withProgress(request, (fraction) => fractions.push(fraction), work)
  return fractions
}

describe('progress', () => {
  it('is that of the only long step', async () => {
    const work = async () => {
      tellProgress(0.5)
      tellProgress(1)
    }
    expect(await told(requestOf([{ op: 'flip' }, upscale]), work)).toEqual([0.5, 1])
  })

  it('gives each long step of all outputs the same share', async () => {
    const work = async () => {
      for (let step = 0; step < 4; step++) tellProgress(1)
    }
    const plain = parsePipeline([{ op: 'upscale', factor: 2, detail: 0 }], defaultLimits)
    const request = requestOf([upscale, upscale], [upscale])
    const outputs = [
      ...request.outputs,
      { ...request.outputs[0], pipeline: plain } as (typeof request.outputs)[0],
    ]
    expect(await told({ outputs }, work)).toEqual([1 / 3, 2 / 3, 1, 1])
  })

  it('goes through the pieces of a step, which end it together', async () => {
    const piece = async () => {
      tellProgress(0.5)
      await Promise.resolve()
      tellProgress(1)
    }
    const work = async () => {
      for (let step = 0; step < 2; step++)
        for (let index = 0; index < 2; index++) await asPiece(index, 2, piece)
    }
    const [first, second] = [
      [0.125, 0.25, 0.375, 0.5],
      [0.625, 0.75, 0.875, 1],
    ] as const
    expect(await told(requestOf([upscale, upscale]), work)).toEqual([...first, ...second])
  })

  it('is told to those who asked, each of their own run, and to nobody else', async () => {
    const run = (fraction: number) => async () => {
      await Promise.resolve()
      tellProgress(fraction)
    }
    tellProgress(0.1)
    const runs = [0.2, 0.4].map((fraction) => told(requestOf([upscale]), run(fraction)))
    expect(await Promise.all(runs)).toEqual([[0.2], [0.4]])
    expect(await asPiece(0, 2, async () => 'done')).toBe('done')
  })
})
