/** How often presets were asked for: a variant made with one counts once, an answer from a cache does not. */
import { sql } from 'kysely'
import type { Queries } from '../db/index.ts'

/** Project, dialect and name; none of them holds a space. */
type PresetKey = `${string} ${string} ${string}`

export class PresetUses {
  readonly #counts = new Map<PresetKey, number>()

  add(key: PresetKey, count = 1): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count)
  }

  /** Writes what was counted; a count that cannot be written stays. A preset deleted meanwhile is passed over. */
  async write(queries: Queries): Promise<void> {
    for (const [key, count] of [...this.#counts]) {
      this.#counts.delete(key)
      const [projectId = '', dialect = '', name = ''] = key.split(' ')
      try {
        await queries
          .updateTable('presets')
          .set({ usage_count: sql`usage_count + ${count}` })
          .where('project_id', '=', projectId)
          .where('dialect', '=', dialect)
          .where('name', '=', name)
          .execute()
      } catch (error) {
        this.add(key, count)
        throw error
      }
    }
  }
}
