import { describe, expect, it } from 'vitest'
import { cocoLabels } from '../geometry/index.ts'
import { thingsNamed } from './things.ts'

describe('a word for a thing', () => {
  it('is known however a vendor writes it', () => {
    expect(cocoLabels).toHaveLength(80)
    for (const label of cocoLabels) {
      const camel = label.replace(/ (.)/g, (_, letter: string) => letter.toUpperCase())
      for (const word of [label, camel, label.replaceAll(' ', '_'), label.replaceAll(' ', '')])
        expect(thingsNamed(word), word).toEqual([label])
    }
  })

  it.each([
    ['animal', 10, 'dog'],
    ['vehicle', 8, 'truck'],
    ['appliance', 5, 'oven'],
  ] as const)('%s is a group of %i', (word, count, member) => {
    expect(thingsNamed(word)).toHaveLength(count)
    expect(thingsNamed(word)).toContain(member)
  })

  it.each([
    ['sofa', 'couch'],
    ['tvmonitor', 'tv'],
    ['aeroplane', 'airplane'],
    ['person', 'person'],
  ])('%s is %s', (word, label) => {
    expect(thingsNamed(word)).toEqual([label])
  })

  it.each(['', 'auto', 'face', 'top', 'center', 'dragon', 'constructor', 'dog'.repeat(20)])(
    '%j names none',
    (word) => {
      expect(thingsNamed(word)).toBeUndefined()
    },
  )
})
