import { describe, expect, it } from 'vitest'
import { sightsIn } from './sights.ts'

const point = { x: 0.5, y: 0.25 }
const face = {
  ...{ left: 0.1, top: 0.2, width: 0.25, height: 0.5, score: 0.9 },
  landmarks: { leftEye: point, rightEye: point, nose: point, mouth: { x: 0.6, y: 0.7 } },
}
const dog = { left: 0, top: 0, width: 1, height: 1, score: 0.4, kind: 'animal', label: 'dog' } as const

describe('sights', () => {
  it('are in pixels of the upright picture', () => {
    const [seen] = sightsIn({ width: 200, height: 1000, faces: [face] })
    expect(seen).toEqual({
      key: 'face-0',
      kind: 'face',
      name: 'Face',
      score: 0.9,
      box: { left: 20, top: 200, width: 50, height: 500 },
      points: [...[0, 1, 2].map(() => ({ x: 100, y: 250 })), { x: 120, y: 700 }],
    })
  })

  it('have names that differ', () => {
    const subjects = [
      dog,
      { ...dog, label: 'cat' },
      dog,
      { left: 0, top: 0, width: 1, height: 1, score: 1, kind: 'person' } as const,
      { left: 0, top: 0, width: 1, height: 1, score: 1, kind: 'salient' } as const,
    ]
    const names = sightsIn({ width: 1, height: 1, faces: [face, face], subjects }).map(({ name }) => name)
    expect(names).toEqual(['Face 1', 'Face 2', 'Dog 1', 'Cat', 'Dog 2', 'Person', 'What stands out'])
  })

  it('are none where nobody looked', () => {
    expect(sightsIn({ width: 1, height: 1 })).toEqual([])
  })
})
