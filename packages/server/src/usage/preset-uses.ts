/** How often presets were asked for: a variant made with one counts once, an answer from a cache does not. */
import { sql } from 'kysely'
import { type Queries, Tally } from '../db/index.ts'

/** Project, dialect and name; none of them holds a space. */
type PresetKey = `${string} ${string} ${string}`

export class PresetUses {
  readonly #counts = new Tally<PresetKey, number>((a, b) => a + b)

  add(key: PresetKey): void {
    this.#counts.add(key, 1)
  }

  /** Writes what was counted. A preset deleted meanwhile is passed over. */
  write(queries: Queries): Promise<void> {
    return this.#counts.write((key, count) => {
      const [projectId = '', dialect = '', name = ''] = key.split(' ')
      return queries
        .updateTable('presets')
        .set({ usage_count: sql`usage_count + ${count}` })
        .where('project_id', '=', projectId)
        .where('dialect', '=', dialect)
        .where('name', '=', name)
        .execute()
    })
  }
}
