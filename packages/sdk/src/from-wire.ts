/** What the API answers, in the words of this client. */

/**
 * Members in camelCase, moments (`…_at`: ISO 8601, or Unix seconds) as dates, nothing for null. Only at the top: names
 * that people have given stay as they are.
 */
export function fromWire(wire: object): object {
  return Object.fromEntries(
    Object.entries(wire).map(([name, value]) => [
      name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      value === null ? undefined : name.endsWith('_at') ? dateOf(value) : value,
    ]),
  )
}

export function dateOf(moment: string | number): Date {
  return new Date(typeof moment === 'number' ? moment * 1000 : moment)
}

/** The target with what is said of a query. */
export function withQuery(
  target: string,
  values: Readonly<Record<string, string | number | undefined>>,
): string {
  const said = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  )
  return said.length === 0 ? target : `${target}?${new URLSearchParams(said)}`
}
