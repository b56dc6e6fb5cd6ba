/** Whether this process may read a file, or pass through a directory to files whose names it knows. */
import { accessSync, constants, statSync } from 'node:fs'

export function isReadable(path: string): boolean {
  try {
    accessSync(path, statSync(path).isDirectory() ? constants.X_OK : constants.R_OK)
    return true
  } catch {
    return false
  }
}
