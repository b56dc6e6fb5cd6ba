/** Every example of every operation looks as it did when somebody last looked: `node scripts/golden.ts --update`. */
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { differenceSeen, goldenCases, goldenDir, readGolden, renderGolden } from './testing/golden.ts'
import { outputOf, transform } from './testing/request.ts'
import { scene } from './testing/scene.ts'

describe('golden images', () => {
  it.each(goldenCases.map((one) => [one.name, one] as const))('%s', async (_, golden) => {
    const kept = await readGolden(golden)
    if (kept === undefined)
      expect.fail(`no ${golden.name}.webp: run node scripts/golden.ts --update and look at it`)
    expect(await differenceSeen(kept, await renderGolden(golden))).toBeUndefined()
  })

  it('are all of an example', () => {
    const kept = readdirSync(goldenDir).filter((name) => name.endsWith('.webp'))
    expect(kept.filter((name) => !goldenCases.some((golden) => `${golden.name}.webp` === name))).toEqual([])
  })

  it('are told apart by what an eye can see', async () => {
    const bytes = await scene()
    const made = async (...operations: Parameters<typeof transform>[1]) =>
      (await transform({ bytes }, operations, outputOf('webp', { lossless: true }))).bytes
    const plain = await made()
    expect(await differenceSeen(plain, await made({ op: 'brightness', amount: 0.4 }))).toBeUndefined()
    for (const seen of [
      await made({ op: 'brightness', amount: 2 }),
      await made({ op: 'modulate', hue: 8 }),
      await made({ op: 'opacity', opacity: 0.97 }),
      await made({ op: 'blur', sigma: 0.8 }),
      await made({ op: 'crop', left: 1, top: 0, width: 239, height: 160 }),
    ]) {
      expect(await differenceSeen(plain, seen)).toBeDefined()
    }
  })
})
