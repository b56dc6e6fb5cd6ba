/** How often presets were asked for: a variant made with one counts once, an answer from a cache does not. */
import { sql } from 'kysely'
import type { Queries } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'

export class PresetUses {
  readonly #counts = new Map<string, number>()

  add(projectId: ProjectId, name: string, count = 1): void {
    const key = `${projectId} ${name}`
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count)
  }

  /** Writes what was counted; a count that cannot be written stays. A preset deleted meanwhile is passed over. */
  async write(queries: Queries): Promise<void> {
    for (const [key, count] of [...this.#counts]) {
      this.#counts.delete(key)
      const [projectId = '', name = ''] = key.split(' ')
      try {
        await queries
          .updateTable('presets')
          .set({ usage_count: sql`usage_count + ${count}` })
          .where('project_id', '=', projectId)
          .where('name', '=', name)
          .execute()
      } catch (error) {
        this.add(projectId as ProjectId, name, count)
        throw error
      }
    }
  }
}
