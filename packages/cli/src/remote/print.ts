/** What a command found: one JSON document for programs, lines for people. */
export function print(flags: { readonly json?: boolean }, value: unknown, lines: readonly string[]): void {
  if (flags.json === true) process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`)
  else for (const line of lines) process.stdout.write(`${line}\n`)
}

/** Columns as wide as their widest cell; the last one is left ragged. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, index) => Math.max(cell.length, widest[index] ?? 0)),
    [],
  )
  return rows.map((row) =>
    row
      .map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}
