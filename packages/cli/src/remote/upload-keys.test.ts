import { join } from 'node:path'
import type { ListedImage } from '@fovea/client'
import { describe, expect, it } from 'vitest'
import { keysOf, prefixesOf, StoredKeys } from './upload-keys.ts'

describe('keys', () => {
  const input = (place: string) => ({ path: `in/${place}`, place })

  it('keep the folder of a file, below that of the project', () => {
    const keys = keysOf([input('a.jpg'), input(join('deep', 'e\u0301.jpg'))], '/shop/')
    expect([...keys.keys()]).toEqual(['shop/a.jpg', 'shop/deep/\u00e9.jpg'])
  })

  it('are of one file each', () => {
    expect(() => keysOf([input('a.jpg'), { path: 'other/a.jpg', place: 'a.jpg' }], '')).toThrow(
      'in/a.jpg and other/a.jpg would both be a.jpg',
    )
  })
})

describe('what is stored', () => {
  const stored = new StoredKeys()
  for (const key of ['a.jpg', 'b', 'c.d.png']) stored.add({ key } as ListedImage)

  it.each([
    ['a.jpg', 'a.jpg'],
    ['a', 'a.jpg'],
    ['b', 'b'],
    ['c.d', undefined],
    ['c', undefined],
    ['a.png', undefined],
  ])('at %s is %s', (key, expected) => {
    expect(stored.at(key)?.key).toBe(expected)
  })
})

describe('prefixes', () => {
  it.each<[string, string[], string[]]>([
    ['a file', ['a.jpg'], ['a.jpg']],
    ['files at the top', ['a.jpg', 'b.jpg'], ['a.jpg', 'b.jpg']],
    ['a folder', ['shop/1/a.jpg', 'shop/1/b.jpg'], ['shop/1/']],
    ['folders and a file', ['shop/1.jpg', 'shop/2.jpg', 'blog/x.jpg'], ['shop/', 'blog/x.jpg']],
    ['characters of two halves', ['😀.jpg', '😁.jpg'].map((name) => `x/${name}`), ['x/']],
  ])('of %s are as long as they can be', (_, keys, expected) => {
    expect(prefixesOf(keys)).toEqual(expected)
  })

  it('are one when there would be many', () => {
    expect(prefixesOf(Array.from({ length: 40 }, (_, n) => `img-${n}.jpg`))).toEqual(['img-'])
  })
})
