/**
 * Projects in memory, as delivery and the API read them, and the changes people make to their settings.
 *
 * A project object is immutable and replaced whole. A change is announced after the commit and before the answer,
 * so this process never serves yesterday's settings; other processes see it within `maxAgeMs`.
 */
import { type Problem, problem } from '@fovea/core'
import type { Changes } from '../changes.ts'
import { type Database, isUniqueViolation, lockProject, type Queries } from '../db/index.ts'
import type { EventSink } from '../events/event-sink.ts'
import type { MasterKey } from '../keys/index.ts'
import { randomBase62 } from './base62.ts'
import { newId } from './id.ts'
import type { Domain, Project, ProjectId, ProjectSettings, SigningSecret } from './project.ts'
import type { LastingState, StateColumns } from './project-states.ts'
import {
  type Access,
  findAccess,
  findAccount,
  findDomain,
  findIdBySlug,
  findProject,
  insertSecret,
  type ListedProject,
  listProjects,
  type ProjectAccount,
} from './queries.ts'
import { Remembered } from './remembered.ts'
import { removeProjectRows } from './remove-project.ts'
import { newProjectSettings } from './settings.ts'

export interface ProjectServiceOptions {
  readonly database: Database
  readonly masterKey: MasterKey
  readonly changes: Changes
  readonly events: EventSink
  /** Slugs that no project may take. */
  readonly reserved: ReadonlySet<string>
}

/** How long another process's change may stay unseen. SQLite has one process: nothing to wait for. */
const maxAgeMs = { sqlite: Number.POSITIVE_INFINITY, postgres: 5_000 } as const
const rememberedProjects = 1_000
/** Newest first: both verify, the first one signs. */
const liveSecrets = 2

export class ProjectService {
  readonly #database: Database
  readonly #masterKey: MasterKey
  readonly #changes: Changes
  readonly #events: EventSink
  readonly #reserved: ReadonlySet<string>
  /** Unknown slugs too: a stranger's guesses must not become queries. */
  readonly #idBySlug: Remembered<ProjectId | undefined>
  readonly #byHost: Remembered<(Domain & { readonly projectId: ProjectId }) | undefined>
  readonly #byId: Remembered<Project | undefined>

  constructor({ database, masterKey, changes, events, reserved }: ProjectServiceOptions) {
    this.#database = database
    this.#masterKey = masterKey
    this.#changes = changes
    this.#events = events
    this.#reserved = reserved
    const memory = { limit: rememberedProjects, maxAgeMs: maxAgeMs[database.kind] }
    this.#idBySlug = new Remembered(memory)
    this.#byHost = new Remembered(memory)
    this.#byId = new Remembered(memory)
    changes.subscribe((change) => {
      if (change.kind !== 'project') return
      this.#byId.forget(change.projectId)
      this.#idBySlug.forget(change.slug)
    })
  }

  /** The project of a URL's slug, or of one that it was renamed from. */
  async resolve(slug: string): Promise<Project | undefined> {
    const id = await this.#idBySlug.get(slug, () => findIdBySlug(this.#database.queries, slug))
    return id === undefined ? undefined : this.#project(id)
  }

  /** The project of an id; `undefined` when it is gone. */
  get(id: ProjectId): Promise<Project | undefined> {
    return this.#project(id)
  }

  /** The project that answers under a host name (lower case, without port). */
  async resolveHost(
    host: string,
  ): Promise<{ readonly project: Project; readonly domain: Domain } | undefined> {
    const domain = await this.#byHost.get(host, () => findDomain(this.#database.queries, host))
    const project = domain === undefined ? undefined : await this.#project(domain.projectId)
    return domain === undefined || project === undefined ? undefined : { project, domain }
  }

  /** Host names came or went. */
  forgetHost(host: string): void {
    this.#byHost.forget(host)
  }

  #project(id: ProjectId): Promise<Project | undefined> {
    return this.#byId.get(id, () => findProject(this.#database.queries, id, this.#masterKey))
  }

  /** The project of this slug when the person has a place in it; one of others is as unknown as none. */
  async forPerson(userId: string, slug: string): Promise<PersonalAccess | undefined> {
    const access = await findAccess(this.#database.queries, userId, slug)
    const project = access === undefined ? undefined : await this.#project(access.projectId)
    return access === undefined || project === undefined ? undefined : { ...access, project }
  }

  /** Projects of all teams a person is in. */
  listFor(userId: string): Promise<readonly ListedProject[]> {
    return listProjects(this.#database.queries, userId)
  }

  /**
   * Makes a project with a signing secret of its own.
   * @throws Problem `project/conflict` when the slug is, or was, another project's, or is the server's own
   */
  async create({ name, slug, teamId, userId, plan }: NewProject): Promise<Project> {
    if (this.#reserved.has(slug)) throw taken(slug)
    const id = newId<ProjectId>()
    const now = Date.now()
    try {
      await this.#database.transaction(async (queries) => {
        if ((await findIdBySlug(queries, slug)) !== undefined) throw taken(slug)
        await queries
          .insertInto('projects')
          .values({
            id,
            slug,
            name,
            owner_id: userId,
            team_id: teamId,
            plan,
            generation: 1,
            settings: JSON.stringify(newProjectSettings),
            created_at: now,
            updated_at: now,
          })
          .execute()
        const secret = { kid: randomBase62(8), secret: randomBase62(43) }
        await insertSecret(queries, id, secret, this.#masterKey)
      })
    } catch (error) {
      throw isUniqueViolation(error) ? taken(slug) : error
    }
    this.#changes.announce({ kind: 'project', projectId: id, slug })
    const made = await this.#project(id)
    if (made === undefined) throw problem('project/not-found')
    return made
  }

  /** Puts a project into another state, at once in every cache of this process. */
  async setState(project: Project, state: LastingState, reason: string | null): Promise<void> {
    await this.#changeStates({ id: project.id }, { state, state_reason: reason })
  }

  /** Closes a project; returns when it will be deleted, Unix milliseconds. Until then it can be opened again. */
  async close(project: Project, days: number): Promise<number> {
    const goneAt = Date.now() + days * 24 * 60 * 60 * 1000
    await this.#changeStates({ id: project.id }, { delete_after: goneAt })
    return goneAt
  }

  /**
   * Opens a closed project again, in the state that it had.
   * @throws Problem `project/not-found` when its time is over: it is being deleted
   */
  async restore({ id }: Project): Promise<void> {
    const { numUpdatedRows } = await this.#database.queries
      .updateTable('projects')
      .set({ delete_after: null })
      .where('id', '=', id)
      .where('delete_after', '>', Date.now())
      .executeTakeFirstOrThrow()
    if (numUpdatedRows === 0n)
      throw problem('project/not-found', { detail: 'This project is being deleted: its time is over.' })
    await this.#changeStates({ id }, {})
  }

  /** The state of a team has changed, and with it that of all its projects. */
  async teamChanged(teamId: string): Promise<void> {
    await this.#changeStates({ team_id: teamId }, {})
  }

  /** The generation grows, so that nothing prepared before is used, in other processes neither. */
  async #changeStates(
    of: { readonly id: ProjectId } | { readonly team_id: string },
    values: Partial<StateColumns>,
  ): Promise<void> {
    const [column, value] = 'id' in of ? (['id', of.id] as const) : (['team_id', of.team_id] as const)
    const rows = await this.#database.queries
      .updateTable('projects')
      .set((row) => ({ ...values, updated_at: Date.now(), generation: row('generation', '+', 1) }))
      .where(column, '=', value)
      .returning(['id', 'slug'])
      .execute()
    for (const { id, slug } of rows)
      this.#changes.announce({ kind: 'project', projectId: id as ProjectId, slug })
  }

  /** Closed projects, and those of closed teams, whose time is over. What is frozen is kept. */
  async due(now = Date.now()): Promise<readonly { readonly id: ProjectId; readonly slug: string }[]> {
    const rows = await this.#database.queries
      .selectFrom('projects')
      .innerJoin('teams', 'teams.id', 'projects.team_id')
      .select(['projects.id', 'projects.slug'])
      .where((row) => row.or([row('projects.delete_after', '<=', now), row('teams.delete_after', '<=', now)]))
      .where('projects.state', '!=', 'frozen')
      .where('teams.state', '!=', 'frozen')
      .execute()
    return rows.map(({ id, slug }) => ({ id: id as ProjectId, slug }))
  }

  /** Removes all rows of a closed project. What is stored of it is the caller's to remove. */
  async remove({ id, slug }: { readonly id: ProjectId; readonly slug: string }, signal: AbortSignal) {
    await removeProjectRows(this.#database, id, signal)
    this.#changes.announce({ kind: 'project', projectId: id, slug })
  }

  account(id: ProjectId): Promise<ProjectAccount> {
    return findAccount(this.#database.queries, id)
  }

  /** Changes only the settings that are named. */
  async updateSettings(project: Project, changed: Partial<ProjectSettings>): Promise<Project> {
    await this.#database.transaction(async (queries) => {
      await lockProject(this.#database, queries, project.id)
      // Read again inside: two people who change different settings at once both keep theirs.
      const now = await findProject(queries, project.id, this.#masterKey)
      if (now === undefined) throw problem('project/not-found')
      await queries
        .updateTable('projects')
        .set({ settings: JSON.stringify({ ...now.settings, ...changed }), updated_at: Date.now() })
        .where('id', '=', project.id)
        .execute()
    })
    return this.changed(project)
  }

  /**
   * Gives the project another name, another slug or both; the old slug goes on leading to it.
   * @throws Problem `project/conflict` when the slug is, or was, another project's, or is the server's own
   */
  async rename(project: Project, { name = project.name, slug = project.slug }: NewNames): Promise<Project> {
    if (slug !== project.slug && this.#reserved.has(slug)) throw taken(slug)
    try {
      await this.#database.transaction(async (queries) => {
        await lockProject(this.#database, queries, project.id)
        if (slug !== project.slug) {
          const owner = await findIdBySlug(queries, slug)
          if (owner !== undefined && owner !== project.id) throw taken(slug)
          await queries.deleteFrom('former_slugs').where('slug', '=', slug).execute()
          await queries
            .insertInto('former_slugs')
            .values({ slug: project.slug, project_id: project.id, created_at: Date.now() })
            .execute()
        }
        await queries
          .updateTable('projects')
          .set({ name, slug, updated_at: Date.now() })
          .where('id', '=', project.id)
          .execute()
      })
    } catch (error) {
      throw isUniqueViolation(error) ? taken(slug) : error
    }
    this.#idBySlug.forget(slug)
    return this.changed(project)
  }

  /** Everything made so far is made anew: no cached variant of the project is used again. */
  async purge(project: Project): Promise<Project> {
    await this.#database.transaction(async (queries) => {
      await queries
        .updateTable('projects')
        .set((row) => ({ generation: row('generation', '+', 1) }))
        .where('id', '=', project.id)
        .execute()
      const data = { scope: 'project', origin: null, paths: [] } as const
      await this.#events.record(queries, project.id, { type: 'purge.completed', data })
    })
    return this.changed(project)
  }

  /** A new secret, which signs from now on; the newest of the others goes on verifying, older ones no longer. */
  async rotateSecret(project: Project): Promise<SigningSecret> {
    const made = { kid: randomBase62(8), secret: randomBase62(43) }
    await this.#database.transaction(async (queries) => {
      await lockProject(this.#database, queries, project.id)
      await insertSecret(queries, project.id, made, this.#masterKey)
      const old = (await findKids(queries, project.id)).filter((kid) => kid !== made.kid)
      for (const kid of old.slice(liveSecrets - 1)) await deleteSecret(queries, project.id, kid)
    })
    await this.changed(project)
    return made
  }

  /** @throws Problem `signature/unknown-key`; `request/invalid-parameter` for the last one */
  async deleteSecret(project: Project, kid: string): Promise<void> {
    await this.#database.transaction(async (queries) => {
      await lockProject(this.#database, queries, project.id)
      // Read inside: of two that are deleted at once one must stay.
      const kids = await findKids(queries, project.id)
      if (!kids.includes(kid)) {
        throw problem('signature/unknown-key', { detail: 'This project has no signing secret of that id.' })
      }
      if (kids.length === 1) {
        throw problem('request/invalid-parameter', {
          detail: 'This is the only signing secret; make a new one first.',
          members: { parameter: 'kid' },
        })
      }
      await deleteSecret(queries, project.id, kid)
    })
    await this.changed(project)
  }

  /** The secret new URLs are signed with; a project that has none gets one. */
  async signingSecret(project: Project): Promise<SigningSecret> {
    const [newest] = project.signingSecrets
    if (newest !== undefined) return newest
    const made = { kid: randomBase62(8), secret: randomBase62(43) }
    await insertSecret(this.#database.queries, project.id, made, this.#masterKey)
    return (await this.changed(project)).signingSecrets[0] ?? made
  }

  /** Announces that a project's row, presets or secrets are new, and returns it as it is now. */
  async changed(project: Project): Promise<Project> {
    this.#changes.announce({ kind: 'project', projectId: project.id, slug: project.slug })
    const now = await findProject(this.#database.queries, project.id, this.#masterKey)
    if (now === undefined) throw problem('project/not-found')
    return now
  }
}

/** A person's place in a project. */
export interface PersonalAccess extends Access {
  readonly project: Project
}

interface NewProject {
  readonly name: string
  readonly slug: string
  readonly teamId: string
  /** Who makes it. */
  readonly userId: string
  /** Id in the plan catalogue. */
  readonly plan: string
}

interface NewNames {
  readonly name?: string | undefined
  readonly slug?: string | undefined
}

/** Of the project's signing secrets, newest first. */
async function findKids(queries: Queries, projectId: ProjectId): Promise<readonly string[]> {
  const rows = await queries
    .selectFrom('signing_secrets')
    .select('kid')
    .where('project_id', '=', projectId)
    .orderBy('created_at', 'desc')
    .orderBy('kid', 'desc')
    .execute()
  return rows.map(({ kid }) => kid)
}

async function deleteSecret(queries: Queries, projectId: ProjectId, kid: string): Promise<void> {
  await queries
    .deleteFrom('signing_secrets')
    .where('project_id', '=', projectId)
    .where('kid', '=', kid)
    .execute()
}

function taken(slug: string): Problem {
  return problem('project/conflict', { detail: `The slug "${slug}" is taken.`, members: { slug } })
}
