import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nodeDigest } from '../../../../fixtures/node-digest.ts'
import type { SignedText } from './image-request.ts'
import { signText, verifySignature } from './sign.ts'

const now = 1_800_000_000
const key = { kid: 'k1', secret: 'correct horse battery staple' }
const text = 'demo/eyJrZXkiOiJoZXJvLmpwZyJ9?exp=1800000600&kid=k1'

function signed(over: Partial<SignedText> = {}): SignedText {
  return {
    scheme: 'fovea-hmac-sha256',
    value: signText(nodeDigest, key.secret, text),
    signedText: text,
    ...over,
  }
}

function codeOf(
  signature: SignedText,
  keys: Parameters<typeof verifySignature>[2] = [key],
  at = now,
): string {
  try {
    verifySignature(nodeDigest, signature, keys, at)
    return 'ok'
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}

describe('signText', () => {
  it('is HMAC-SHA256 in hex (RFC 4231, test case 2)', () => {
    expect(signText(nodeDigest, 'Jefe', 'what do ya want for nothing?')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    )
  })

  it('refuses an empty secret', () => {
    expect(() => signText(nodeDigest, '', 'x')).toThrow(TypeError)
  })
})

describe('verifySignature', () => {
  it('accepts what signText made', () => {
    expect(codeOf(signed())).toBe('ok')
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ unit: 'binary' }), (secret, anything) => {
        const value = signText(nodeDigest, secret, anything)
        expect(codeOf(signed({ value, signedText: anything }), [{ kid: 'x', secret }])).toBe('ok')
      }),
    )
  })

  it('refuses the change of any single byte of the text', () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 0, max: 255 }), (at, code) => {
        const changed = text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1)
        expect(codeOf(signed({ signedText: changed }))).toBe(changed === text ? 'ok' : 'signature/invalid')
      }),
      { numRuns: 500 },
    )
  })

  it('refuses the change of any single digit of the signature', () => {
    const { value } = signed()
    for (let at = 0; at < 64; at++) {
      for (const digit of '0123456789abcdefABCDEF =') {
        const changed = value.slice(0, at) + digit + value.slice(at + 1)
        expect(codeOf(signed({ value: changed }))).toBe(changed === value ? 'ok' : 'signature/invalid')
      }
    }
  })

  it('refuses dropped, added and differently spelled digits', () => {
    const { value } = signed()
    const base64 = Buffer.from(value, 'hex').toString('base64')
    for (const other of [
      '',
      value.slice(1),
      value.slice(0, 32),
      `${value}0`,
      ` ${value}`,
      `${value}\n`,
      value.toUpperCase(),
      base64,
    ]) {
      expect(codeOf(signed({ value: other }))).toBe('signature/invalid')
    }
  })

  it('fails closed without keys and with an empty secret', () => {
    expect(codeOf(signed(), [])).toBe('signature/invalid')
    const value = nodeDigest.hmacSha256('', text)
    expect(codeOf(signed({ value }), [{ kid: 'k1', secret: '' }])).toBe('signature/invalid')
  })

  it('tries every live key when none is named, only the named one otherwise', () => {
    const old = { kid: 'k0', secret: 'older' }
    expect(codeOf(signed(), [old, key])).toBe('ok')
    expect(codeOf(signed(), [key, old])).toBe('ok')
    expect(codeOf(signed({ keyId: 'k1' }), [old, key])).toBe('ok')
    expect(codeOf(signed({ keyId: 'k0' }), [old, key])).toBe('signature/invalid')
    expect(codeOf(signed({ keyId: 'k9' }), [old, key])).toBe('signature/invalid')
    expect(codeOf(signed({ keyId: '' }), [old, key])).toBe('signature/invalid')
  })

  it('compares with every key whatever the earlier ones gave', () => {
    let comparisons = 0
    const counting = {
      ...nodeDigest,
      equal: (a: string, b: string) => ++comparisons > 0 && nodeDigest.equal(a, b),
    }
    verifySignature(counting, signed(), [key, { kid: 'k0', secret: 'older' }], now)
    expect(comparisons).toBe(2)
  })

  it.each([
    [now + 1, 'ok'],
    [now, 'signature/expired'],
    [now - 1, 'signature/expired'],
    [Number.NaN, 'signature/expired'],
  ])('with expiry %d says %s', (expiresAt, expected) => {
    expect(codeOf(signed({ expiresAt }))).toBe(expected)
  })

  it('tells of the expiry only to who holds a valid signature', () => {
    expect(codeOf(signed({ expiresAt: now - 1, value: '0'.repeat(64) }))).toBe('signature/invalid')
  })

  it('fails closed when the clock is no number', () => {
    expect(codeOf(signed({ expiresAt: now }), [key], Number.NaN)).toBe('signature/expired')
  })
})
