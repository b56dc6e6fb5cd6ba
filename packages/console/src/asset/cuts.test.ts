import { expect, it } from 'vitest'
import { cutOf } from './cuts.ts'

const picture = { width: 1000, height: 500 } as Parameters<typeof cutOf>[0]
const person = { left: 0.8, top: 0.1, width: 0.1, height: 0.8, score: 0.9, kind: 'person' } as const

it('holds what is seen, in the largest cut of the shape', () => {
  const cut = cutOf({ ...picture, subjects: [person] }, '1:1')
  expect(cut).toMatchObject({ width: 500, height: 500, top: 0 })
  expect(cut?.left).toBeLessThanOrEqual(800)
  expect((cut?.left ?? 0) + 500).toBeGreaterThanOrEqual(900)
})

it('is the whole picture where that has the shape', () => {
  const square = { ...picture, height: 1000, subjects: [person] }
  expect(cutOf(square, '1:1')).toEqual({ left: 0, top: 0, width: 1000, height: 1000 })
})

it('is not known where nothing is seen', () => {
  expect(cutOf({ ...picture, faces: [], subjects: [] }, '16:9')).toBeUndefined()
})
