/**
 * Deletes closed teams and people whose time is over, after their projects: a person stays as long as a closed team of
 * theirs does, so that a kill in between, or a team that was frozen, never leaves anything that leads to nobody.
 */
import { join } from 'node:path'
import type { App } from '../app.ts'
import { forgetDeleted } from '../db/index.ts'

type Keepers = Pick<App, 'database' | 'audit' | 'log'> & {
  readonly config: Pick<App['config'], 'FOVEA_DATA_DIR'>
}

export async function deleteDuePeople(
  { database, audit, log, config }: Keepers,
  signal: AbortSignal,
  now = Date.now(),
): Promise<void> {
  const { findDuePeople, removeDueTeams, removePerson } = await import('../accounts/index.ts')
  const teams = await removeDueTeams(database, now)
  if (teams > 0) log.info({ event: 'teams.deleted', teams })
  const people = await findDuePeople(database, now)
  if (people.length === 0) return
  const { forgetAddress } = await import('../mail/index.ts')
  // What is still to be written about them must not come after it was made nameless.
  await audit.flush()
  for (const person of people) {
    signal.throwIfAborted()
    const letters = await forgetAddress(join(config.FOVEA_DATA_DIR, 'outbox'), person.email)
    await removePerson(database, person)
    log.info({ event: 'person.deleted', letters })
  }
  await forgetDeleted(database)
}
