/**
 * Named sets of parameters, each in the words of one dialect, which checks them before they are stored. Every change
 * is announced, so a URL that names the preset changes at once.
 */
import { type DialectName, dialectNamed, type Limits, problem } from '@fovea/core'
import type { Database } from '../db/index.ts'
import { isUniqueViolation } from '../db/index.ts'
import { dialectContext } from './dialect-context.ts'
import { newId } from './id.ts'
import type { Preset, Project } from './project.ts'
import type { ProjectService } from './project-service.ts'
import { presetOf } from './queries.ts'

export interface NewPreset {
  readonly dialect: DialectName
  readonly name: string
  readonly description: string | null
  readonly params: Preset['params']
}

/** An id, or a name in a dialect. */
export interface PresetRef {
  readonly idOrName: string
  readonly dialect: DialectName
}

export interface PresetServiceOptions {
  readonly database: Database
  readonly projects: ProjectService
  readonly limits: Limits
}

export class PresetService {
  readonly #database: Database
  readonly #projects: ProjectService
  readonly #limits: Limits

  constructor({ database, projects, limits }: PresetServiceOptions) {
    this.#database = database
    this.#projects = projects
    this.#limits = limits
  }

  /** Of one dialect or of all, by name. */
  async list(project: Project, dialect?: DialectName): Promise<readonly Preset[]> {
    const all = this.#database.queries
      .selectFrom('presets')
      .selectAll()
      .where('project_id', '=', project.id)
      .orderBy('name')
      .orderBy('dialect')
    const rows = await (dialect === undefined ? all : all.where('dialect', '=', dialect)).execute()
    return rows.map(presetOf)
  }

  /** @throws Problem `preset/not-found` */
  async get(project: Project, { idOrName, dialect }: PresetRef): Promise<Preset> {
    const rows = await this.#database.queries
      .selectFrom('presets')
      .selectAll()
      .where('project_id', '=', project.id)
      .where((either) =>
        either.or([
          either('id', '=', idOrName),
          either.and([either('name', '=', idOrName), either('dialect', '=', dialect)]),
        ]),
      )
      .execute()
    // A name that looks like another preset's id must not shadow it.
    const row = rows.find((candidate) => candidate.id === idOrName) ?? rows[0]
    if (row === undefined)
      throw problem('preset/not-found', { detail: 'This project has no preset of that id or name.' })
    return presetOf(row)
  }

  /** @throws Problem `preset/conflict`, and those of the dialect for parameters no URL may say */
  async create(project: Project, { dialect, name, description, params }: NewPreset): Promise<Preset> {
    this.#check(project, { dialect, name, params })
    const now = Date.now()
    const row = {
      id: newId('preset'),
      project_id: project.id,
      dialect,
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
  async update(
    project: Project,
    ref: PresetRef,
    changed: Partial<Omit<NewPreset, 'dialect'>>,
  ): Promise<Preset> {
    const preset = await this.get(project, ref)
    const { dialect } = preset
    const { name = preset.name, description, params } = changed
    if (params !== undefined) this.#check(project, { dialect, name, params })
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
    return this.get(project, { idOrName: preset.id, dialect })
  }

  /** @throws Problem `preset/not-found` */
  async delete(project: Project, ref: PresetRef): Promise<Preset> {
    const preset = await this.get(project, ref)
    await this.#database.queries
      .deleteFrom('presets')
      .where('project_id', '=', project.id)
      .where('id', '=', preset.id)
      .execute()
    await this.#projects.changed(project)
    return preset
  }

  #check(project: Project, { dialect, name, params }: Pick<Preset, 'dialect' | 'name' | 'params'>): void {
    const { checkPreset } = dialectNamed(dialect)
    if (checkPreset === undefined) {
      throw problem('request/invalid-parameter', {
        detail: `URLs of the dialect "${dialect}" have no words for presets.`,
        members: { parameter: 'dialect' },
      })
    }
    checkPreset(name, params, dialectContext(project, dialect, this.#limits))
  }
}

async function refuseTakenName(name: string, store: () => Promise<unknown>): Promise<void> {
  try {
    await store()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw problem('preset/conflict', {
      detail: `This project already has a preset named "${name}" in this dialect.`,
      members: { name },
    })
  }
}
