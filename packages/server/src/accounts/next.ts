/**
 * Where a person wanted to go before they had to sign in: a path of the console, else the console itself. Anything else
 * would let a link of a stranger lead from our sign-in to wherever they like.
 */
const home = '/console'

export function nextOf(wanted: string | undefined): string {
  // Resolved as a browser does, so that "//host", "/\host" and the like show what they are.
  const url = URL.parse(wanted ?? '', 'http://here')
  if (url === null || url.origin !== 'http://here') return home
  return url.pathname === home || url.pathname.startsWith(`${home}/`) ? `${url.pathname}${url.search}` : home
}

/** `path` with the place to go on to, where that is not the console itself anyway. */
export function withNext(path: string, next: string): string {
  return next === home ? path : `${path}?${new URLSearchParams({ next })}`
}
