/** Rows of a CSV text as RFC 4180 writes them: quoted fields may hold commas, line breaks and doubled quotes. */

const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y

/** `undefined` from the row on that is none. Empty lines are left out. */
export function* csvRows(text: string): Generator<readonly string[] | undefined> {
  let row: string[] = []
  field.lastIndex = text.startsWith('\ufeff') ? 1 : 0
  while (field.lastIndex < text.length || row.length > 0) {
    const match = field.exec(text)
    if (match === null) {
      yield undefined
      return
    }
    const [, quoted, plain = '', end] = match
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    if (row.length > 1 || row[0] !== '') yield row
    row = []
  }
}
