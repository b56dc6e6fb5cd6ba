/** Host names under which a project answers. A name belongs to one project of the installation. */
import { problem } from '@fovea/core'
import { type Database, isUniqueViolation } from '../db/index.ts'
import type { Domain, Project } from './project.ts'
import type { ProjectService } from './project-service.ts'
import { domainOf } from './queries.ts'

const maxDomains = 50

export class DomainService {
  readonly #database: Database
  readonly #projects: ProjectService
  /** Hosts that are the installation's own. */
  readonly #reserved: ReadonlySet<string>
  readonly #baseDomain: string | undefined

  constructor(options: {
    readonly database: Database
    readonly projects: ProjectService
    readonly reserved: readonly string[]
    /** Names below it are given by slugs alone. */
    readonly baseDomain: string | undefined
  }) {
    this.#database = options.database
    this.#projects = options.projects
    this.#reserved = new Set(options.reserved)
    this.#baseDomain = options.baseDomain
  }

  async list(project: Project): Promise<readonly Domain[]> {
    const rows = await this.#database.queries
      .selectFrom('domains')
      .selectAll()
      .where('project_id', '=', project.id)
      .orderBy('host')
      .execute()
    return rows.map(domainOf)
  }

  /** @throws Problem `domain/conflict` */
  async add(project: Project, { host, dialect, origin }: Omit<Domain, 'createdAt'>): Promise<Domain> {
    const taken = () =>
      problem('domain/conflict', { detail: `The host name ${host} is taken.`, members: { host } })
    if (this.#reserved.has(host) || host === this.#baseDomain) throw taken()
    if (this.#baseDomain !== undefined && host.endsWith(`.${this.#baseDomain}`)) {
      throw problem('domain/conflict', {
        detail: `Names below ${this.#baseDomain} are given by slugs: this project has ${project.slug}.${this.#baseDomain} already.`,
        members: { host },
      })
    }
    if ((await this.list(project)).length >= maxDomains) {
      throw problem('domain/conflict', { detail: `A project may have at most ${maxDomains} host names.` })
    }
    const row = { host, project_id: project.id, dialect, origin, created_at: Date.now() }
    try {
      await this.#database.queries.insertInto('domains').values(row).execute()
    } catch (error) {
      throw isUniqueViolation(error) ? taken() : error
    }
    await this.#changed(project, host)
    return domainOf(row)
  }

  /** @throws Problem `domain/not-found` */
  async remove(project: Project, host: string): Promise<Domain> {
    const row = await this.#database.queries
      .deleteFrom('domains')
      .where('project_id', '=', project.id)
      .where('host', '=', host)
      .returningAll()
      .executeTakeFirst()
    if (row === undefined)
      throw problem('domain/not-found', { detail: 'This project has no such host name.' })
    await this.#changed(project, host)
    return domainOf(row)
  }

  async #changed(project: Project, host: string): Promise<void> {
    this.#projects.forgetHost(host)
    await this.#projects.changed(project)
  }
}
