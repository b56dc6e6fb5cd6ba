import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64Text, encodeBase64Url } from './base64.ts'

const wellFormed = fc.string({ unit: 'grapheme', maxLength: 200 })

describe('base64', () => {
  it('writes what the platform writes', () => {
    fc.assert(
      fc.property(wellFormed, (text) => {
        expect(encodeBase64Url(text)).toBe(Buffer.from(text, 'utf8').toString('base64url'))
      }),
    )
  })

  it('reads both alphabets, padded or not', () => {
    fc.assert(
      fc.property(wellFormed, (text) => {
        const padded = Buffer.from(text, 'utf8').toString('base64')
        for (const form of [padded, padded.replace(/=+$/, ''), Buffer.from(text).toString('base64url')]) {
          expect(decodeBase64Text(form)).toBe(text)
        }
      }),
    )
  })

  it.each([
    'a',
    'abcde',
    'ab=c',
    '=',
    '==',
    '====',
    'YQ=',
    'YWI==',
    'YQ===',
    'a b c',
    'YQ\n',
    'ÿÿÿÿ',
    '_w',
    'wK8',
    '7aCA',
  ])('refuses %j', (text) => {
    expect(decodeBase64Text(text)).toBeUndefined()
  })
})
