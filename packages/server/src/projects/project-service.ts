/**
 * Projects in memory, as delivery and the API read them, and the changes people make to their settings.
 *
 * A project object is immutable and replaced whole. A change is announced after the commit and before the answer,
 * so this process never serves yesterday's settings; other processes see it within `maxAgeMs`.
 */
import { problem } from '@fovea/core'
import type { Changes } from '../changes.ts'
import { type Database, lockProject } from '../db/index.ts'
import type { MasterKey } from '../keys/index.ts'
import { randomBase62 } from './base62.ts'
import type { Project, ProjectId, ProjectSettings, SigningSecret } from './project.ts'
import { findAccount, findProject, insertSecret, type ProjectAccount } from './queries.ts'
import { Remembered } from './remembered.ts'

export interface ProjectServiceOptions {
  readonly database: Database
  readonly masterKey: MasterKey
  readonly changes: Changes
}

/** How long another process's change may stay unseen. SQLite has one process: nothing to wait for. */
const maxAgeMs = { sqlite: Number.POSITIVE_INFINITY, postgres: 5_000 } as const
const rememberedProjects = 1_000

export class ProjectService {
  readonly #database: Database
  readonly #masterKey: MasterKey
  readonly #changes: Changes
  /** Unknown slugs too: a stranger's guesses must not become queries. */
  readonly #bySlug: Remembered<Project | undefined>

  constructor({ database, masterKey, changes }: ProjectServiceOptions) {
    this.#database = database
    this.#masterKey = masterKey
    this.#changes = changes
    this.#bySlug = new Remembered({ limit: rememberedProjects, maxAgeMs: maxAgeMs[database.kind] })
    changes.subscribe((change) => {
      if (change.kind === 'project') this.#bySlug.forget(change.slug)
    })
  }

  /** The project of a URL's slug. */
  resolve(slug: string): Promise<Project | undefined> {
    return this.#bySlug.get(slug, () => findProject(this.#database.queries, { slug }, this.#masterKey))
  }

  account(id: ProjectId): Promise<ProjectAccount> {
    return findAccount(this.#database.queries, id)
  }

  /** Changes only the settings that are named. */
  async updateSettings(project: Project, changed: Partial<ProjectSettings>): Promise<Project> {
    await this.#database.transaction(async (queries) => {
      await lockProject(this.#database, queries, project.id)
      // Read again inside: two people who change different settings at once both keep theirs.
      const now = await findProject(queries, { id: project.id }, this.#masterKey)
      if (now === undefined) throw problem('project/not-found')
      await queries
        .updateTable('projects')
        .set({ settings: JSON.stringify({ ...now.settings, ...changed }), updated_at: Date.now() })
        .where('id', '=', project.id)
        .execute()
    })
    return this.changed(project)
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
    const now = await findProject(this.#database.queries, { id: project.id }, this.#masterKey)
    if (now === undefined) throw problem('project/not-found')
    return now
  }
}
