/**
 * Named sets of parameters, each in the words of one dialect, which checks them before they are stored. Every change
 * is announced, so a URL that names the preset changes at once; what it said before is kept as a version.
 */
import { type DialectName, dialectNamed, type Limits, problem } from '@fovea/core'
import {
  type Database,
  isUniqueViolation,
  lockProject,
  type Queries,
  type TransactionQueries,
} from '../db/index.ts'
import { dialectContext } from './dialect-context.ts'
import { newId } from './id.ts'
import { countVersions, findVersion, insertVersion, listVersions } from './preset-versions.ts'
import type { Preset, PresetVersion, Project } from './project.ts'
import type { ProjectService } from './project-service.ts'
import { presetOf } from './queries.ts'

export type NewPreset = Pick<Preset, 'dialect' | 'name' | 'description' | 'params'>
export type ChangedPreset = Partial<Omit<NewPreset, 'dialect'>>

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
  get(project: Project, ref: PresetRef): Promise<Preset> {
    return find(this.#database.queries, project, ref)
  }

  /** @throws Problem `preset/conflict`, and those of the dialect for parameters no URL may say */
  async create(project: Project, { dialect, name, description, params }: NewPreset): Promise<Preset> {
    this.#check(project, { dialect, name, params })
    const now = Date.now()
    const said = { version: 1, name, description, params: JSON.stringify(params) }
    const row = {
      id: newId('preset'),
      project_id: project.id,
      dialect,
      ...said,
      created_at: now,
      updated_at: now,
    }
    await refuseTakenName(name, () =>
      this.#database.transaction(async (queries) => {
        await queries.insertInto('presets').values(row).execute()
        await insertVersion(queries, { ...said, preset_id: row.id, created_at: now })
      }),
    )
    await this.#projects.changed(project)
    return presetOf({ ...row, usage_count: 0 })
  }

  /**
   * Changes what is named; a change that changes nothing makes no version.
   * @throws Problem `preset/not-found`, `preset/conflict`, and those of the dialect
   */
  async update(project: Project, ref: PresetRef, changed: ChangedPreset): Promise<Preset> {
    const { name = ref.idOrName, params } = changed
    const change = async (queries: TransactionQueries) => {
      await lockProject(this.#database, queries, project.id)
      // Read inside: two people who change different fields at once both keep theirs.
      const before = await find(queries, project, ref)
      const after = { ...before, ...changed }
      if (params !== undefined) this.#check(project, after)
      const said = (preset: Preset) => JSON.stringify([preset.name, preset.description, preset.params])
      return said(before) === said(after) ? before : storeNext(queries, project, after)
    }
    const preset = await refuseTakenName(name, () => this.#database.transaction(change))
    await this.#projects.changed(project)
    return preset
  }

  /** @throws Problem `preset/not-found` */
  async delete(project: Project, ref: PresetRef): Promise<Preset> {
    const preset = await this.#database.transaction(async (queries) => {
      await lockProject(this.#database, queries, project.id)
      const found = await find(queries, project, ref)
      await queries
        .deleteFrom('presets')
        .where('project_id', '=', project.id)
        .where('id', '=', found.id)
        .execute()
      return found
    })
    await this.#projects.changed(project)
    return preset
  }

  /** Newest first; the first one is what the preset says now. @throws Problem `preset/not-found` */
  async versions(
    project: Project,
    ref: PresetRef,
    page: { readonly limit: number; readonly offset: number },
  ): Promise<{ readonly versions: readonly PresetVersion[]; readonly total: number }> {
    const { queries } = this.#database
    const preset = await find(queries, project, ref)
    return {
      versions: await listVersions(queries, preset, page),
      total: await countVersions(queries, preset),
    }
  }

  /**
   * Makes a preset say what it said in a version, its name included. That is a new version too.
   * @throws Problem `preset/not-found`, `preset/conflict`, and those of the dialect when it says that no longer
   */
  async restore(project: Project, ref: PresetRef, version: number): Promise<Preset> {
    const preset = await this.get(project, ref)
    const { name, description, params } = await findVersion(this.#database.queries, preset, version)
    return this.update(project, { ...ref, idOrName: preset.id }, { name, description, params })
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

async function find(queries: Queries, project: Project, { idOrName, dialect }: PresetRef): Promise<Preset> {
  const rows = await queries
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

/** Writes a preset as its next version. */
async function storeNext(queries: Queries, project: Project, after: Preset): Promise<Preset> {
  const now = Date.now()
  const { name, description } = after
  const said = { name, description, version: after.version + 1, params: JSON.stringify(after.params) }
  await queries
    .updateTable('presets')
    .set({ ...said, updated_at: now })
    .where('project_id', '=', project.id)
    .where('id', '=', after.id)
    .execute()
  await insertVersion(queries, { ...said, preset_id: after.id, created_at: now })
  return find(queries, project, { idOrName: after.id, dialect: after.dialect })
}

async function refuseTakenName<T>(name: string, store: () => Promise<T>): Promise<T> {
  try {
    return await store()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw problem('preset/conflict', {
      detail: `This project already has a preset named "${name}" in this dialect.`,
      members: { name },
    })
  }
}
