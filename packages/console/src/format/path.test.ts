import { expect, it } from 'vitest'
import { folderOf, joined, nameIn, trailTo } from './path.ts'

it('takes a path apart and puts it together', () => {
  expect([nameIn('a/b/c.jpg'), folderOf('a/b/c.jpg')]).toEqual(['c.jpg', 'a/b'])
  expect([nameIn('c.jpg'), folderOf('c.jpg')]).toEqual(['c.jpg', ''])
  expect([joined('a/b', 'c.jpg'), joined('', 'c.jpg')]).toEqual(['a/b/c.jpg', 'c.jpg'])
})

it('leads to a folder through all above it', () => {
  expect(trailTo('a/b c')).toEqual([
    { name: 'a', path: 'a' },
    { name: 'b c', path: 'a/b c' },
  ])
  expect(trailTo('')).toEqual([])
})
