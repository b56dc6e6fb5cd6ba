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
  INVALID_USER: 'This link is for another account than the one you are signed in to.',
  INVALID_CODE: 'That code is not right. Codes change every 30 seconds; is the clock of your device right?',
  INVALID_BACKUP_CODE: 'That recovery code is not right, or it was used before.',
  INVALID_TWO_FACTOR_COOKIE: 'That took too long. Sign in again with your password.',
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: 'Too many wrong codes. Sign in again with your password.',
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
