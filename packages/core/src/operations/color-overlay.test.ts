import { expect, it } from 'vitest'
import { defaultLimits } from '../limits/index.ts'
import { canonicalPipeline, parsePipeline } from '../pipeline/index.ts'
import { lowerOperation } from './index.ts'

const frame = {
  width: 30,
  height: 20,
  hasAlpha: false,
  pages: 1,
  format: 'jpeg' as const,
  facts: {},
  limits: defaultLimits,
}

const parsed = (params: object) => parsePipeline([{ op: 'colorOverlay', ...params }], defaultLimits)
const lower = (params: object) => parsed(params).flatMap((operation) => lowerOperation(operation, frame))

it('is one step, whose gradient runs downwards unless told', () => {
  const red = { r: 255, g: 0, b: 0, alpha: 1 }
  expect(lower({ color: 'red', blend: 'hue' })).toEqual([
    { step: 'wash', from: red, to: red, angle: 180, opacity: 1, blend: 'hue' },
  ])
  expect(lower({ color: 'red', to: 'transparent', opacity: 0.5, angle: 90 })).toMatchObject([
    { from: red, to: { alpha: 0 }, angle: 90, opacity: 0.5 },
  ])
})

it('is nothing when nobody can see it', () => {
  for (const clear of [
    { color: 'red', opacity: 0 },
    { color: 'transparent' },
    { color: '#f000', to: '#00f0' },
  ]) {
    expect(lower(clear)).toEqual([])
    expect(canonicalPipeline(parsed(clear))).toBe('[]')
  }
})

it('has one canonical spelling', () => {
  const written = (params: object) => canonicalPipeline(parsed(params))
  expect(written({ color: 'red', to: '#f00', angle: 33 })).toBe(written({ color: 'red' }))
  expect(written({ color: 'red', to: 'blue', angle: 33 })).not.toBe(written({ color: 'red', to: 'blue' }))
})
