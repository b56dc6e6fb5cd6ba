/** What went wrong, in the words of a page. Codes are better-auth's and those of accounts/. */
const sentences: Readonly<Record<string, string>> = {
  INVALID_EMAIL_OR_PASSWORD: 'The address or the password is not right.',
  EMAIL_NOT_VERIFIED: 'This address is not confirmed yet. Follow the link in the letter that was sent to it.',
  // Forms send texts; an e-mail address is the only one whose form better-auth's schemas judge.
  VALIDATION_ERROR: 'That is not an e-mail address.',
  PASSWORD_TOO_SHORT: 'The password is too short.',
  PASSWORD_TOO_LONG: 'The password is too long.',
  INVALID_TOKEN: 'This link does not work any more: it was used, or it is too old.',
  TOKEN_EXPIRED: 'This link does not work any more: it is too old.',
  USER_NOT_FOUND: 'The account of this link does not exist any more.',
  EMAIL_TAKEN: 'This address belongs to another account by now.',
  INVALID_USER: 'This link is for another account than the one you are signed in to.',
  INVALID_CODE:
    'That code is not right. Codes change every 30 seconds and work once; is the clock of your device right?',
  INVALID_BACKUP_CODE: 'That recovery code is not right, or it was used before.',
  INVALID_TWO_FACTOR_COOKIE: 'That took too long. Sign in again with your password.',
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: 'Too many wrong codes. Sign in again with your password.',
  ACCOUNT_CLOSED: 'This account was closed. The link in the letter about it opens it again.',
  OIDC_UNREACHABLE: 'The identity provider does not answer. Try again in a while.',
  OIDC_TOO_LATE: 'That took too long, or was begun in another browser. Try again.',
  OIDC_FAILED: 'The identity provider did not let you in, or its answer was not right.',
  OIDC_EMAIL_MISSING: 'The identity provider does not tell your e-mail address.',
  OIDC_EMAIL_NOT_VERIFIED: 'The identity provider has not verified your e-mail address.',
  OIDC_EMAIL_DOMAIN: 'Addresses of this domain may not sign in here.',
  OIDC_UNKNOWN_PERSON: 'There is no account for you here. Ask for an invitation.',
  OIDC_OTHER_PERSON: 'The account of this address belongs to somebody else at the identity provider.',
  TERMS_NOT_ACCEPTED: 'Please accept the terms.',
  INVALID_NAME: 'Please tell your name, in at most 100 characters.',
}

/** `message` is what the API said; it is shown where there is no better sentence. */
export function sentenceFor(code: string, message?: unknown, retryAfter?: string | null): string {
  if (code === 'TOO_MANY_ATTEMPTS' && typeof retryAfter === 'string') {
    const minutes = Math.ceil(Number(retryAfter) / 60)
    return `This was tried too often. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`
  }
  return sentences[code] ?? (typeof message === 'string' ? message : 'That did not work.')
}
