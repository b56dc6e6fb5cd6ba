/** Refuses to start on a database whose secrets were sealed under another master key. */
import { ConfigError } from '../config.ts'
import type { Database } from '../db/index.ts'
import type { MasterKey } from './master-key.ts'

const row = 'master-key-check'
const text = 'fovea'

/**
 * Seals a known word at the first start and opens it at every later one.
 * @throws ConfigError when the master key is not the one the database was made with
 */
export async function checkMasterKey(database: Database, masterKey: MasterKey): Promise<void> {
  const read = () =>
    database.queries.selectFrom('installation').select('value').where('key', '=', row).executeTakeFirst()
  let sealed = await read()
  if (sealed === undefined) {
    await database.queries
      .insertInto('installation')
      .values({ key: row, value: masterKey.seal('installation', row, text) })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    sealed = await read()
  }
  try {
    if (sealed !== undefined && masterKey.open('installation', row, sealed.value) === text) return
  } catch (error) {
    throw new ConfigError(
      'The master key is not the one this database was made with. Restore secret.key or FOVEA_SECRET_KEY from your backup.',
      { cause: error },
    )
  }
  throw new ConfigError('The master key check row of the database is damaged.')
}
