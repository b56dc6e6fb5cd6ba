import { describe, expect, it } from 'vitest'
import { problemOf } from '../dialect.test-kit.ts'
import { originalNamed, renditionNamed } from './invalidation.ts'

const asset = (path: string, more: object = {}) => ({ kind: 'asset', path, match: 'exact', ...more })

describe('an original', () => {
  it.each([
    ['/dir/a.jpg', asset('dir/a.jpg'), false],
    ['/v7/dir/a.jpg', asset('dir/a.jpg'), false],
    ['/_alias_/a%20b.jpg', asset('a b.jpg', { origin: 'alias' }), false],
    ['https://sample.li/a.jpg', { kind: 'url', url: 'https://sample.li/a.jpg' }, false],
    ['/sample.li/a.jpg', asset('sample.li/a.jpg', { address: 'sample.li/a.jpg' }), false],
    ['/dir/*', asset('dir/'), true],
    ['/dir/big-*', asset('dir/big-'), true],
    ['/v7/_alias_/*', asset('', { origin: 'alias' }), true],
    ['/sample.li/*', asset('sample.li/', { address: 'sample.li/' }), true],
    ['https://sample.li/dir/*', { kind: 'url', url: 'https://sample.li/dir/' }, true],
    ['*', asset(''), true],
  ])('%s', (text, source, isPrefix) => {
    expect(originalNamed(text)).toEqual({ source, isPrefix })
  })

  it.each(['', '/', '/../a', 'https://', '/%ff'])('refuses %j', (text) => {
    expect(problemOf(() => originalNamed(text)).status).toBe(400)
  })
})

describe('a rendition', () => {
  it.each([
    ['https://token.cloudimg.io/v7/dir/a.jpg?w=300&v=2', asset('dir/a.jpg', { query: 'w=300&v=2' })],
    ['http://host.test/cloudimage/demo/v7/dir/a.jpg', asset('dir/a.jpg')],
    ['/v7/_alias_/a.jpg?w=1', asset('a.jpg', { origin: 'alias', query: 'w=1' })],
    ['https://t.test/https://sample.li/a.jpg?w=3', { kind: 'url', url: 'https://sample.li/a.jpg' }],
    [
      'https://t.test/sample.li%2Fa.jpg%3Fv%3D2?ci_url_encoded=1&w=3',
      asset('sample.li/a.jpg', { address: 'sample.li/a.jpg?v=2', query: 'v=2' }),
    ],
  ])('%s', (text, source) => {
    expect(renditionNamed(text)).toEqual({ source, isPrefix: false })
  })
})
