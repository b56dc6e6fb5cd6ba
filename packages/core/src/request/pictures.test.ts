import { expect, it } from 'vitest'
import { defaultLimits } from '../limits/index.ts'
import { parsePipeline } from '../pipeline/index.ts'
import { picturesOf } from './pictures.ts'

const overlay = (picture: object) => ({ op: 'overlay', picture })

it('finds each picture once, with the key that steps use', () => {
  const pipeline = parsePipeline(
    [
      { op: 'blur', sigma: 3 },
      overlay({ asset: 'a.png' }),
      overlay({ url: 'https://b.example/c' }),
      { op: 'maskImage', picture: { asset: 'a.png' } },
    ],
    defaultLimits,
  )
  expect([...picturesOf(pipeline, defaultLimits)]).toEqual([
    ['{"asset":"a.png"}', { kind: 'asset', path: 'a.png', match: 'exact' }],
    ['{"url":"https://b.example/c"}', { kind: 'url', url: 'https://b.example/c' }],
  ])
})

it('takes a name without an extension for the picture of that name in any format', () => {
  const pipeline = parsePipeline([overlay({ asset: 'a.b/logo' })], defaultLimits)
  expect([...picturesOf(pipeline, defaultLimits).values()]).toEqual([
    { kind: 'asset', path: 'a.b/logo', match: 'stem' },
  ])
})

it('allows as many as the limits', () => {
  const many = (count: number) =>
    parsePipeline(
      Array.from({ length: count }, (_, at) => overlay({ asset: `${at}` })),
      defaultLimits,
    )
  expect(picturesOf(many(10), defaultLimits).size).toBe(10)
  expect(() => picturesOf(many(11), defaultLimits)).toThrow('names 11 pictures beside the source; at most 10')
})
