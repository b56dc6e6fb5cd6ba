import { expect, it } from 'vitest'
import { defaultLimits } from '../limits/index.ts'
import { parsePipeline } from '../pipeline/index.ts'
import { frameAfterAll, lowerOperation } from './index.ts'

const asset = (hasAlpha: boolean) => ({
  width: 300,
  height: 200,
  hasAlpha: false,
  pages: 1,
  format: 'jpeg' as const,
  facts: {},
  limits: defaultLimits,
  pictures: { '{"asset":"m.png"}': { width: 90, height: 90, hasAlpha } },
})

function lower(params: object, hasAlpha = true) {
  return parsePipeline([{ op: 'maskImage', picture: { asset: 'm.png' }, ...params }], defaultLimits).flatMap(
    (operation) => lowerOperation(operation, asset(hasAlpha)),
  )
}

it('scales the mask to the image and takes its alpha where it has any', () => {
  expect(lower({})).toEqual([
    {
      step: 'stencil',
      picture: '{"asset":"m.png"}',
      layer: [{ step: 'resize', width: 300, height: 200, kernel: 'lanczos3' }],
      channel: 'alpha',
      isInverted: false,
    },
  ])
  expect(lower({}, false)).toMatchObject([{ channel: 'luminance' }])
  expect(lower({ channel: 'luminance', invert: true })).toMatchObject([
    { channel: 'luminance', isInverted: true },
  ])
  expect(frameAfterAll(asset(true), lower({}))).toMatchObject({ hasAlpha: true, width: 300 })
})

it('covers or is contained without losing its ratio', () => {
  const [cover] = lower({ fit: 'cover' })
  expect(cover).toMatchObject({
    layer: [
      { width: 300, height: 300 },
      { step: 'extract', height: 200 },
    ],
  })
  const [contain] = lower({ fit: 'contain' })
  expect(contain).toMatchObject({
    layer: [
      { width: 200, height: 200 },
      { step: 'extend', left: 50, background: { alpha: 0 } },
    ],
  })
})

it('refuses the alpha of a mask that has none', () => {
  expect(() => lower({ channel: 'alpha' }, false)).toThrow('the mask has no alpha')
})
