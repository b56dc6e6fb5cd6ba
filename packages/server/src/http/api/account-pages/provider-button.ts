/** The way to the identity provider: a link, because a form may lead to our own addresses only. */
import { button, paragraph } from './forms.ts'

interface ProviderButton {
  /** Host of the identity provider; nothing is shown without one. */
  readonly provider: string | undefined
  readonly next: string
  readonly label: 'Sign in' | 'Sign up'
  /** Following the link accepts them. */
  readonly termsVersion?: string | undefined
}

export function providerButton({ provider, next, label, termsVersion }: ProviderButton): readonly string[] {
  if (provider === undefined) return []
  const query = new URLSearchParams({ next, ...(termsVersion === undefined ? {} : { termsVersion }) })
  const terms = `By signing up there you accept the terms of use, version ${termsVersion}.`
  return [
    ...(termsVersion === undefined ? [] : [paragraph(terms)]),
    button(`${label} with ${provider}`, `/api/auth/sign-in/oidc?${query}`, 'plain'),
  ]
}
