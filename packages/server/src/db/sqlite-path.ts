import { join } from 'node:path'
import { DatabaseStartError } from './database.ts'

export interface DatabaseOptions {
  readonly FOVEA_DATA_DIR: string
  readonly FOVEA_DATABASE_URL?: string | undefined
}

/**
 * File of the database; `undefined` when the configuration names PostgreSQL. `sqlite:relative.db`,
 * `sqlite:/absolute.db` and `sqlite:///absolute.db` name a file.
 * @throws DatabaseStartError when the setting names none
 */
export function sqlitePath({ FOVEA_DATA_DIR, FOVEA_DATABASE_URL: url }: DatabaseOptions): string | undefined {
  if (url === undefined) return join(FOVEA_DATA_DIR, 'meta.db')
  if (!url.startsWith('sqlite:')) return undefined
  const path = url.slice('sqlite:'.length).replace(/^\/\/(?=\/)/, '')
  if (path === '') throw new DatabaseStartError(`FOVEA_DATABASE_URL: ${url} names no file`)
  return path
}
