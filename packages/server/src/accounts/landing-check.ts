/**
 * Whether the places that a request to `/api/auth` wants to lead to are ours.
 *
 * better-auth looks at the text it is given, and sends browsers to what it resolves to: `/..//host` is a path to the one
 * and `//host`, another site, to the other. Here a place is resolved first, as a browser does.
 */
const names = ['callbackURL', 'errorCallbackURL', 'newUserCallbackURL', 'redirectTo'] as const

/**
 * @param target path and query
 * @returns the name of the first place that is none of ours
 */
export function foreignLanding(
  target: string,
  body: Readonly<Record<string, unknown>> | undefined,
  publicUrl: string,
): string | undefined {
  const { origin, searchParams } = new URL(target, publicUrl)
  return names.find((name) =>
    [body?.[name], ...searchParams.getAll(name)].some(
      (place) => typeof place === 'string' && !isOurs(place, origin),
    ),
  )
}

function isOurs(place: string, origin: string): boolean {
  const url = URL.parse(place, origin)
  return url !== null && url.origin === origin && !url.pathname.startsWith('//')
}
