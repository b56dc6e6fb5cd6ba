import { describe, expect, it } from 'vitest'
import { labelPlaces } from './labels.ts'
import type { Box, Sight } from './sights.ts'

const size = { width: 1000, height: 800 }
const sight = (kind: Sight['kind'], box: Box, key: string = kind): Sight => ({
  ...{ key, kind, name: 'Name', score: 0.5, box, points: [] },
})
const box = { left: 300, top: 300, width: 200, height: 200 }
const heights = (...sights: readonly Sight[]) => labelPlaces(sights, size, 1).map(({ y }) => y)

describe('labels', () => {
  it('stand above subjects and below faces', () => {
    const [above = 0, below = 0] = heights(sight('subject', box), sight('face', box))
    expect(above).toBeLessThan(300)
    expect(below).toBeGreaterThan(500)
  })

  it('stay in the picture at its edges', () => {
    const whole = { left: 950, top: 0, width: 50, height: 800 }
    const [place] = labelPlaces([sight('subject', whole)], size, 1)
    expect(place?.y).toBeGreaterThan(12)
    expect(place?.y).toBeLessThan(800)
    expect((place?.x ?? 0) + 'Name 50 %'.length * 7.8).toBeLessThanOrEqual(1000)
  })

  it('do not stand upon each other while there is room', () => {
    const near = { left: 305, top: 305, width: 190, height: 190 }
    const ys = heights(sight('subject', box), sight('subject', near, 'b'), sight('subject', near, 'c'))
    for (const [index, y] of ys.entries())
      for (const other of ys.slice(index + 1)) expect(Math.abs(y - other)).toBeGreaterThan(13)
    const beside = { ...box, left: 700 }
    expect(new Set(heights(sight('subject', box), sight('subject', beside))).size).toBe(1)
  })

  it('grow with the picture behind them', () => {
    const [near = 0] = heights(sight('subject', box))
    const [far] = labelPlaces([sight('subject', box)], size, 2)
    expect(300 - (far?.y ?? 0)).toBe(2 * (300 - near))
  })
})
