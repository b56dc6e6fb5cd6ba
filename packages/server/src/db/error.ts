/** Database errors recognised by the engines' own codes, never by their text. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'
  /** `SQLITE_CONSTRAINT_UNIQUE`, …; pg's errors carry SQLSTATE in the same place. */
  readonly code: string | undefined

  constructor(message: string, code: string | undefined, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

const uniqueViolations: readonly unknown[] = [
  'SQLITE_CONSTRAINT_UNIQUE',
  'SQLITE_CONSTRAINT_PRIMARYKEY',
  '23505',
]

/** Whether a unique or primary key refused the row. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && uniqueViolations.includes(error.code)
}
