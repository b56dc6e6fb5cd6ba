import type { ImageOutput } from '@fovea/core'
import { describe, expect, it } from 'vitest'
import { SearchHints } from './search-hints.ts'

const output: ImageOutput = { kind: 'image', format: 'webp', target: 70, metadata: 'none', animated: true }

describe('SearchHints', () => {
  it('keeps the last quality per source, format and target', () => {
    const hints = new SearchHints()
    hints.learn('p/a', output, 61)
    hints.learn('p/a', output, 64)
    expect(hints.get('p/a', output)).toBe(64)
    expect(hints.get('p/b', output)).toBeUndefined()
    expect(hints.get('p/a', { ...output, format: 'avif' })).toBeUndefined()
    expect(hints.get('p/a', { ...output, target: 85 })).toBeUndefined()
  })

  it('learns nothing where nothing was searched', () => {
    const hints = new SearchHints()
    const { target: _, ...fixed } = output
    hints.learn('p/a', fixed, 80)
    hints.learn('p/a', output, undefined)
    expect(hints.get('p/a', fixed)).toBeUndefined()
    expect(hints.get('p/a', output)).toBeUndefined()
  })

  it('forgets the oldest', () => {
    const hints = new SearchHints()
    for (let index = 0; index <= 20_000; index++) hints.learn(`p/${index}`, output, 50)
    expect(hints.get('p/0', output)).toBeUndefined()
    expect(hints.get('p/20000', output)).toBe(50)
  })
})
