/** No rule of the planner changes a pixel by more than the rounding of one value, each on its own example. */
import { defaultLimits, type Step } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { rewriteExamples } from '../../../fixtures/rewrite-examples.ts'
import { execute } from './execute.ts'
import type { Raster } from './image.ts'
import { open } from './open.ts'
import { sharp } from './sharp/setup.ts'
import { differenceOf } from './testing/difference.ts'
import { pictures } from './testing/pictures.ts'

const [opaque, transparent] = await pictures()

async function start(png: Uint8Array): Promise<Raster> {
  const small = await sharp(png).resize({ width: 120, height: 90, fit: 'fill' }).png().toBuffer()
  return execute([], await open({ bytes: small }, defaultLimits))
}

async function oneByOne(steps: readonly Step[], from: Raster): Promise<Raster> {
  let raster = from
  for (const step of steps) raster = await execute([step], raster)
  return raster
}

describe('a rewriting rule leaves every pixel', () => {
  it.each(Object.entries(rewriteExamples))('%s', async (_, { before, after, ...needs }) => {
    const raster = await start('hasAlpha' in needs ? transparent.png : opaque.png)
    const [wanted, made] = await Promise.all([oneByOne(before, raster), oneByOne(after, raster)])
    const { mean, p999, sizes, hasAlpha } = differenceOf(wanted, made)
    expect(sizes[0]).toBe(sizes[1])
    expect(hasAlpha[0]).toBe(hasAlpha[1])
    expect(mean).toBeLessThanOrEqual(0.5)
    // At its edges a cut that follows the shrink has neighbours that one before it has not.
    expect(p999).toBeLessThanOrEqual('shrinksOnLoad' in needs ? 24 : 2)
  })
})
