import { describe, expect, it } from 'vitest'
import { nodeDigest } from '../../../../fixtures/node-digest.ts'
import { type SignatureScheme, schemeNamed } from './signature-schemes.ts'

/** What the services' own clients printed for a secret and a text. */
const vectors: readonly (readonly [SignatureScheme, secret: string, text: string, value: string])[] = [
  ['imgix-md5', 'FOO123bar', '/users/1.png', '6797c24146142d5b40bde3141fd3600c'],
  ['imgix-md5', 'FOO123bar', '/a/photo.jpg?w=400', 'fab61921cedd7a20c6ac6ad81d3dd27a'],
  ['cloudinary-sha', 'abcd', 'c_scale,w_300/dir/photo.jpg', 'bi6apvoR'],
  ['cloudinary-sha', 'abcd', 'c_scale,w_300/dir/photo.jpg', 'eGy36OpR2rNIMx0O9IZMc5g44wuCqbJ4'],
  [
    'imagekit-hmac-sha1',
    'priv',
    'tr:w-300/dir/photo.jpg9999999999',
    '6664e85fed61b38789752063acd085903c285a8e',
  ],
]

describe('schemeNamed', () => {
  it.each(vectors)('%s with %s signs %s as %s', (name, secret, text, value) => {
    const scheme = schemeNamed(name)
    expect(scheme.form.test(value)).toBe(true)
    expect(scheme.expected(nodeDigest, secret, text, value.length).slice(0, value.length)).toBe(value)
  })

  it('imgproxy: HMAC-SHA256 over salt and path, both keyed with the secret, in base64url', () => {
    const made = schemeNamed('imgproxy-hmac-sha256').expected(nodeDigest, 's', '/rs:fit:1/x', 43)
    const hex = nodeDigest.hmacSha256('s', 's/rs:fit:1/x')
    expect(made).toBe(Buffer.from(hex, 'hex').toString('base64url'))
  })

  it('cloudimage: the seal has the salt behind, the plain signature before the text', () => {
    const signed = (name: SignatureScheme) => schemeNamed(name).expected(nodeDigest, 'salt', '/a', 18)
    expect(signed('cloudimage-sha1')).toBe(nodeDigest.sha1('salt/a'))
    expect(signed('cloudimage-seal-sha1')).toBe(nodeDigest.sha1('/asalt'))
  })
})
