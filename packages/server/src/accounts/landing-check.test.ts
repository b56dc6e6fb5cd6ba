import { expect, it } from 'vitest'
import { foreignLanding } from './landing-check.ts'

const publicUrl = 'https://images.example.test'
const verify = (place: string) => `/api/auth/verify-email?${new URLSearchParams({ callbackURL: place })}`

it.each(['/', '/console/email-confirmed?next=%2Fconsole', `${publicUrl}/console`, '/a/../b', ''])(
  'lets %j be led to',
  (place) => {
    expect(foreignLanding(verify(place), undefined, publicUrl)).toBeUndefined()
    expect(
      foreignLanding('/api/auth/request-password-reset', { redirectTo: place }, publicUrl),
    ).toBeUndefined()
  },
)

it.each([
  '/..//evil.test',
  '/.//evil.test',
  '/console/../..//evil.test',
  '/%2e%2e//evil.test',
  '//evil.test',
  '/\\evil.test',
  '/\t/evil.test',
  'https://evil.test',
  `${publicUrl}@evil.test`,
  `${publicUrl}//evil.test`,
  'http://images.example.test/',
  'javascript:alert(1)',
  'https://',
])('names the place that would lead to %j', (place) => {
  expect(foreignLanding(verify(place), undefined, publicUrl)).toBe('callbackURL')
  expect(foreignLanding(`${verify('/')}&callbackURL=${encodeURIComponent(place)}`, {}, publicUrl)).toBe(
    'callbackURL',
  )
  expect(foreignLanding('/api/auth/request-password-reset', { redirectTo: place }, publicUrl)).toBe(
    'redirectTo',
  )
})
