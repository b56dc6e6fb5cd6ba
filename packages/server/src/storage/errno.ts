/** Whether a file-system call failed for this reason. */
export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

const diskFailures: readonly unknown[] = [
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EIO',
  'SQLITE_FULL',
  'SQLITE_IOERR',
  '53100',
]

/** Whether a disk is full, read-only or broken, whoever found out: a file system, SQLite or PostgreSQL. */
export function isDiskFailure(error: unknown): boolean {
  return error instanceof Error && 'code' in error && diskFailures.includes(error.code)
}
