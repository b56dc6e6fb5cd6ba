/** What models would have done better for a picture and were not here for, as its row tells it: JSON, null for nothing. */

export function writeDegraded(names: readonly string[]): string | null {
  return names.length === 0 ? null : JSON.stringify(names)
}

/** Each name once, of as many rows as there are. */
export function readDegraded(...columns: readonly (string | null)[]): readonly string[] {
  return [...new Set(columns.flatMap((text) => (text === null ? [] : (JSON.parse(text) as string[]))))]
}
