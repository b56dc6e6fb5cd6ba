/** Named sets of img-src parameters. Every change is announced, so a URL that names the preset changes at once. */
import { checkImgSrcPreset, problem } from '@fovea/core'
import type { Database } from '../db/index.ts'
import { isUniqueViolation } from '../db/index.ts'
import { newId } from './id.ts'
import type { Preset, Project } from './project.ts'
import type { ProjectService } from './project-service.ts'
import { presetOf } from './queries.ts'

export interface NewPreset {
  readonly name: string
  readonly description: string | null
  readonly params: Preset['params']
}

export class PresetService {
  readonly #database: Database
  readonly #projects: ProjectService

  constructor(database: Database, projects: ProjectService) {
    this.#database = database
    this.#projects = projects
  }

  /** By name. */
  async list(project: Project): Promise<readonly Preset[]> {
    const rows = await this.#database.queries
      .selectFrom('presets')
      .selectAll()
      .where('project_id', '=', project.id)
      .orderBy('name')
      .execute()
    return rows.map(presetOf)
  }

  /** @throws Problem `preset/not-found` */
  async get(project: Project, idOrName: string): Promise<Preset> {
    const rows = await this.#database.queries
      .selectFrom('presets')
      .selectAll()
      .where('project_id', '=', project.id)
      .where((either) => either.or([either('id', '=', idOrName), either('name', '=', idOrName)]))
      .execute()
    // A name that looks like another preset's id must not shadow it.
    const row = rows.find((candidate) => candidate.id === idOrName) ?? rows[0]
    if (row === undefined)
      throw problem('preset/not-found', { detail: 'This project has no preset of that id or name.' })
    return presetOf(row)
  }

  /** @throws Problem `preset/conflict`, and those of the dialect for parameters no URL may say */
  async create(project: Project, { name, description, params }: NewPreset): Promise<Preset> {
    checkImgSrcPreset(name, params)
    const now = Date.now()
    const row = {
      id: newId('preset'),
      project_id: project.id,
      name,
      description,
      params: JSON.stringify(params),
      created_at: now,
      updated_at: now,
    }
    await refuseTakenName(name, () => this.#database.queries.insertInto('presets').values(row).execute())
    await this.#projects.changed(project)
    return presetOf({ ...row, usage_count: 0 })
  }

  /** @throws Problem `preset/not-found`, `preset/conflict`, and those of the dialect */
  async update(project: Project, idOrName: string, changed: Partial<NewPreset>): Promise<Preset> {
    const preset = await this.get(project, idOrName)
    const { name = preset.name, description, params } = changed
    if (params !== undefined) checkImgSrcPreset(name, params)
    await refuseTakenName(name, () =>
      this.#database.queries
        .updateTable('presets')
        // Only what is named: two people who change different fields at once both keep theirs.
        .set({
          updated_at: Date.now(),
          ...(changed.name === undefined ? {} : { name }),
          ...(description === undefined ? {} : { description }),
          ...(params === undefined ? {} : { params: JSON.stringify(params) }),
        })
        .where('project_id', '=', project.id)
        .where('id', '=', preset.id)
        .execute(),
    )
    await this.#projects.changed(project)
    return this.get(project, preset.id)
  }

  /** @throws Problem `preset/not-found` */
  async delete(project: Project, idOrName: string): Promise<Preset> {
    const preset = await this.get(project, idOrName)
    await this.#database.queries
      .deleteFrom('presets')
      .where('project_id', '=', project.id)
      .where('id', '=', preset.id)
      .execute()
    await this.#projects.changed(project)
    return preset
  }
}

async function refuseTakenName(name: string, store: () => Promise<unknown>): Promise<void> {
  try {
    await store()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw problem('preset/conflict', {
      detail: `This project already has a preset named "${name}".`,
      members: { name },
    })
  }
}
