import { describe, expect, it } from 'vitest'
import { problemOf } from './dialect.test-kit.ts'
import { Parameters } from './parameters.ts'
import { readSignature, signableText, withSignature } from './signed-query.ts'

const read = (path: string, query: string) => readSignature(path, query, Parameters.parse(query))

describe('readSignature', () => {
  it('covers the raw text without the signature', () => {
    expect(read('a%2Fb.jpg', 'w=1&%71=2&exp=1800000000&kid=k-1&sig=00ff')).toEqual({
      scheme: 'fovea-hmac-sha256',
      value: '00ff',
      signedText: 'a%2Fb.jpg?w=1&%71=2&exp=1800000000&kid=k-1',
      keyId: 'k-1',
      expiresAt: 1_800_000_000,
    })
  })

  it('covers the bare path when there is nothing else', () => {
    expect(read('a.jpg', 'sig=ab')).toMatchObject({ signedText: 'a.jpg', value: 'ab' })
  })

  it('keeps an empty piece in the signed text', () => {
    expect(read('a.jpg', '&sig=ab')).toMatchObject({ signedText: 'a.jpg?' })
  })

  it('is absent when the URL has none', () => {
    expect(read('a.jpg', 'w=1')).toBeUndefined()
  })

  it.each(['sig=ab&w=1', 'sig=ab&', 's%69g=ab', 'w=1&sig', 'sig=ab&exp=5'])(
    'wants sig last and plain: %s',
    (query) => {
      expect(problemOf(() => read('a.jpg', query))).toMatchObject({ code: 'signature/invalid', status: 403 })
    },
  )

  it.each(['exp=5', 'kid=a', 'exp=5&kid=a&w=1'])('wants a signature with %s', (query) => {
    expect(problemOf(() => read('a.jpg', query))).toMatchObject({ code: 'signature/missing', status: 403 })
  })

  it.each([
    'exp=',
    'exp=0',
    'exp=1.5',
    'exp=tomorrow',
    'exp=9999999999999',
    'kid=',
    'kid=a%20b',
    `kid=${'k'.repeat(65)}`,
  ])('refuses %s', (query) => {
    expect(problemOf(() => read('a.jpg', `${query}&sig=ab`)).code).toBe('request/invalid-parameter')
  })

  it('reads back what signableText and withSignature write', () => {
    for (const unsigned of ['a.jpg', 'a.jpg?w=5']) {
      const signable = signableText(unsigned, { expiresAt: 77, keyId: 'k' })
      const [path = '', query = ''] = withSignature(signable, 'ab').split('?')
      expect(read(path, query)).toMatchObject({
        signedText: signable,
        value: 'ab',
        expiresAt: 77,
        keyId: 'k',
      })
    }
    expect(withSignature(signableText('a.jpg'), 'ab')).toBe('a.jpg?sig=ab')
  })
})
