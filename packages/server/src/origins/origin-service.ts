/** Origins as people configure them, and which one a path of a request means. */
import { problem } from '@fovea/core'
import type * as z from 'zod'
import type { Changes } from '../changes.ts'
import { type Database, isUniqueViolation } from '../db/index.ts'
import type { MasterKey } from '../keys/index.ts'
import { newId, type Project, type ProjectId, type ProjectService, Remembered } from '../projects/index.ts'
import { isAllowedFolder } from './folder.ts'
import { type OriginKind, originKinds, originSchemas } from './settings.ts'

/** Settings that every kind has. */
interface CommonSettings {
  readonly timeoutMs: number
  readonly maxBytes: number
  readonly cacheTtlSeconds: number | null
  readonly fallback: string | null
}

export interface ConfiguredOrigin {
  readonly id: string
  /** Unique in the project; a Cloudimage alias `_name_`. */
  readonly name: string
  readonly kind: OriginKind
  /** Paths that begin with it come from here, without it; empty for all that no other origin takes. */
  readonly prefix: string
  readonly settings: CommonSettings & Readonly<Record<string, unknown>>
  /** Never shown. */
  readonly credentials: Readonly<Record<string, unknown>>
  readonly revision: number
  /** Unix milliseconds. */
  readonly createdAt: number
  readonly updatedAt: number
}

export interface OriginInput {
  readonly name: string
  readonly kind: OriginKind
  readonly prefix: string
  readonly settings: unknown
  readonly credentials: unknown
}

export interface OriginServiceOptions {
  readonly database: Database
  readonly masterKey: MasterKey
  readonly projects: ProjectService
  readonly changes: Changes
  /** Folders of this machine that origins may read, as in FOVEA_ORIGIN_FOLDERS. */
  readonly folders: readonly string[]
}

const maxAgeMs = { sqlite: Number.POSITIVE_INFINITY, postgres: 5_000 } as const
const maxOrigins = 50

export class OriginService {
  readonly #options: OriginServiceOptions
  readonly #byProject: Remembered<readonly ConfiguredOrigin[]>

  constructor(options: OriginServiceOptions) {
    this.#options = options
    this.#byProject = new Remembered({ limit: 1_000, maxAgeMs: maxAgeMs[options.database.kind] })
    options.changes.subscribe((change) => {
      if (change.kind === 'project') this.#byProject.forget(change.projectId)
    })
  }

  /** By name. */
  list(projectId: ProjectId): Promise<readonly ConfiguredOrigin[]> {
    return this.#byProject.get(projectId, () => this.#read(projectId))
  }

  /** @throws Problem `origin/unknown` */
  async get(project: Project, idOrName: string): Promise<ConfiguredOrigin> {
    const all = await this.list(project.id)
    const found = all.find(({ id }) => id === idOrName) ?? all.find(({ name }) => name === idOrName)
    if (found !== undefined) return found
    throw problem('origin/unknown', { detail: 'This project has no origin of that id or name.' })
  }

  /** @throws Problem `request/invalid-parameter` naming the setting, `origin/conflict` */
  async create(project: Project, input: OriginInput): Promise<ConfiguredOrigin> {
    const { settings, credentials } = this.#check(input)
    if ((await this.list(project.id)).length >= maxOrigins) {
      throw problem('origin/conflict', { detail: `A project may have at most ${maxOrigins} origins.` })
    }
    const { database, masterKey } = this.#options
    const id = newId('origin')
    const now = Date.now()
    await refuseTakenName(input.name, () =>
      database.queries
        .insertInto('origins')
        .values({
          id,
          project_id: project.id,
          name: input.name,
          kind: input.kind,
          prefix: input.prefix,
          settings: JSON.stringify(settings),
          sealed: masterKey.seal(
            'origin-credentials',
            contextOf(project.id, id),
            JSON.stringify(credentials),
          ),
          revision: 1,
          created_at: now,
          updated_at: now,
        })
        .execute(),
    )
    await this.#options.projects.changed(project)
    return this.get(project, id)
  }

  /**
   * Changes what is named: a member of `settings` on its own; `credentials` as a whole.
   * @throws Problem `origin/unknown`, `origin/conflict`, `request/invalid-parameter`
   */
  async update(
    project: Project,
    idOrName: string,
    changed: Partial<Pick<OriginInput, 'name' | 'prefix' | 'settings' | 'credentials'>>,
  ): Promise<ConfiguredOrigin> {
    const known = await this.get(project, idOrName)
    const { name = known.name, prefix = known.prefix } = changed
    const merged = { ...known.settings, ...(changed.settings as object | undefined) }
    const { settings, credentials } = this.#check({
      name,
      prefix,
      kind: known.kind,
      settings: merged,
      credentials: changed.credentials ?? known.credentials,
    })
    const { database, masterKey } = this.#options
    await refuseTakenName(name, () =>
      database.queries
        .updateTable('origins')
        .set({
          name,
          prefix,
          settings: JSON.stringify(settings),
          sealed: masterKey.seal(
            'origin-credentials',
            contextOf(project.id, known.id),
            JSON.stringify(credentials),
          ),
          revision: known.revision + 1,
          updated_at: Date.now(),
        })
        .where('project_id', '=', project.id)
        .where('id', '=', known.id)
        .execute(),
    )
    await this.#options.projects.changed(project)
    return this.get(project, known.id)
  }

  /** @throws Problem `origin/unknown` */
  async delete(project: Project, idOrName: string): Promise<ConfiguredOrigin> {
    const known = await this.get(project, idOrName)
    await this.#options.database.queries
      .deleteFrom('origins')
      .where('project_id', '=', project.id)
      .where('id', '=', known.id)
      .execute()
    await this.#options.projects.changed(project)
    return known
  }

  #check({ kind, settings, credentials }: OriginInput) {
    const schemas = originSchemas[kind]
    const read = {
      settings: parsed(schemas.settings, settings, 'settings'),
      credentials: parsed(schemas.credentials, credentials ?? {}, 'credentials'),
    }
    if (kind === 'folder') {
      const { path } = read.settings as { path: string }
      if (!isAllowedFolder(path, this.#options.folders)) {
        throw problem('origin/forbidden', {
          detail: `The folder ${JSON.stringify(path.slice(0, 200))} is not below one that the operator allows (FOVEA_ORIGIN_FOLDERS).`,
          members: { parameter: 'settings.path' },
        })
      }
    }
    return read
  }

  async #read(projectId: ProjectId): Promise<readonly ConfiguredOrigin[]> {
    const { database, masterKey } = this.#options
    const rows = await database.queries
      .selectFrom('origins')
      .selectAll()
      .where('project_id', '=', projectId)
      .orderBy('name')
      .execute()
    return rows
      .filter(({ kind }) => originKinds.some((known) => known === kind))
      .map((row) => {
        const kind = row.kind as OriginKind
        const opened =
          row.sealed === null
            ? '{}'
            : masterKey.open('origin-credentials', contextOf(projectId, row.id), row.sealed)
        return Object.freeze({
          id: row.id,
          name: row.name,
          kind,
          prefix: row.prefix,
          settings: originSchemas[kind].settings.parse(JSON.parse(row.settings)),
          credentials: originSchemas[kind].credentials.parse(JSON.parse(opened)),
          revision: row.revision,
          createdAt: row.created_at,
          updatedAt: row.updated_at,
        })
      })
  }
}

function parsed(schema: z.ZodType, input: unknown, member: string): Readonly<Record<string, unknown>> {
  const result = schema.safeParse(input)
  if (result.success) return result.data as Readonly<Record<string, unknown>>
  const [issue] = result.error.issues
  const parameter = [member, ...(issue?.path ?? [])].map(String).join('.').slice(0, 200)
  throw problem('request/invalid-parameter', {
    detail: `${parameter}: ${issue?.message ?? 'is not valid'}.`,
    members: { parameter },
  })
}

function contextOf(projectId: ProjectId, id: string): string {
  return `${projectId}/${id}`
}

async function refuseTakenName(name: string, store: () => Promise<unknown>): Promise<void> {
  try {
    await store()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw problem('origin/conflict', {
      detail: `This project already has an origin named "${name}".`,
      members: { name },
    })
  }
}
