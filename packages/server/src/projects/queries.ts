/** Statements about projects, their presets and their signing secrets. Every one names the project it may touch. */
import type { Queries } from '../db/index.ts'
import type { MasterKey } from '../keys/index.ts'
import type { Domain, Preset, Project, ProjectId, SigningSecret } from './project.ts'
import { type ProjectState, standingOf } from './project-states.ts'
import type { Role } from './roles.ts'
import { parseSettings } from './settings.ts'

/** At most two secrets are live: the newest signs, both verify (rotation without downtime). */
const liveSecrets = 2

/** The row behind a project that only the API needs. */
export interface ProjectAccount {
  readonly plan: string
  /** Of the team's first owner. */
  readonly ownerEmail: string
  /** Unix milliseconds. */
  readonly createdAt: number
  readonly updatedAt: number
}

export async function findProject(
  queries: Queries,
  id: ProjectId,
  masterKey: MasterKey,
): Promise<Project | undefined> {
  const row = await queries.selectFrom('projects').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined) return undefined
  const [secrets, presets, team] = await Promise.all([
    findSecrets(queries, id, masterKey),
    queries.selectFrom('presets').selectAll().where('project_id', '=', id).orderBy('name').execute(),
    queries
      .selectFrom('teams')
      .select(['state', 'state_reason', 'delete_after'])
      .where('id', '=', row.team_id)
      .executeTakeFirst(),
  ])
  const { state, stateReason } = standingOf(row, ...(team === undefined ? [] : [team]))
  return Object.freeze({
    id,
    slug: row.slug,
    name: row.name,
    generation: row.generation,
    state,
    stateReason,
    settings: Object.freeze(parseSettings(row.settings)),
    presets: presets.map(presetOf),
    signingSecrets: secrets,
  })
}

/** What a person may do in a project, and by which plan it is bounded. */
export interface Access {
  readonly projectId: ProjectId
  readonly role: Role
  /** Id in the plan catalogue. */
  readonly plan: string
}

export async function findAccess(
  queries: Queries,
  userId: string,
  slug: string,
): Promise<Access | undefined> {
  const row = await queries
    .selectFrom('projects')
    .innerJoin('team_members', 'team_members.team_id', 'projects.team_id')
    .select(['projects.id', 'projects.plan', 'team_members.role'])
    .where('projects.slug', '=', slug)
    .where('team_members.user_id', '=', userId)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return { projectId: row.id as ProjectId, role: row.role as Role, plan: row.plan }
}

/** A project in the list of a person's projects. */
export interface ListedProject {
  readonly id: ProjectId
  readonly slug: string
  readonly name: string
  readonly plan: string
  readonly teamId: string
  readonly teamName: string
  readonly role: Role
  readonly state: ProjectState
  /** When a closed one is deleted, Unix milliseconds. */
  readonly goneAt: number | null
  /** Unix milliseconds. */
  readonly createdAt: number
}

/** Projects of all teams a person is in, by slug. */
export async function listProjects(queries: Queries, userId: string): Promise<readonly ListedProject[]> {
  const rows = await queries
    .selectFrom('projects')
    .innerJoin('team_members', 'team_members.team_id', 'projects.team_id')
    .innerJoin('teams', 'teams.id', 'projects.team_id')
    .select(['projects.id', 'projects.slug', 'projects.name', 'projects.plan', 'projects.created_at'])
    .select(['projects.state', 'projects.state_reason', 'projects.delete_after'])
    .select(['teams.id as team_id', 'teams.name as team_name', 'team_members.role'])
    .select(['teams.state as team_state', 'teams.state_reason as team_reason'])
    .select('teams.delete_after as team_delete_after')
    .where('team_members.user_id', '=', userId)
    .orderBy('projects.slug')
    .execute()
  return rows.map((row) => {
    const team = { state: row.team_state, state_reason: row.team_reason, delete_after: row.team_delete_after }
    const { state, goneAt } = standingOf(row, team)
    return {
      id: row.id as ProjectId,
      slug: row.slug,
      name: row.name,
      plan: row.plan,
      teamId: row.team_id,
      teamName: row.team_name,
      role: row.role as Role,
      state,
      goneAt,
      createdAt: row.created_at,
    }
  })
}

export async function findAccount(queries: Queries, id: ProjectId): Promise<ProjectAccount> {
  const row = await queries
    .selectFrom('projects')
    .innerJoin('team_members', 'team_members.team_id', 'projects.team_id')
    .innerJoin('users', 'users.id', 'team_members.user_id')
    .select(['projects.plan', 'projects.created_at', 'projects.updated_at', 'users.email'])
    .where('projects.id', '=', id)
    .where('team_members.role', '=', 'owner')
    .orderBy('team_members.created_at')
    .executeTakeFirstOrThrow()
  return { plan: row.plan, ownerEmail: row.email, createdAt: row.created_at, updatedAt: row.updated_at }
}

async function findSecrets(
  queries: Queries,
  id: ProjectId,
  masterKey: MasterKey,
): Promise<readonly SigningSecret[]> {
  const rows = await queries
    .selectFrom('signing_secrets')
    .select(['kid', 'sealed'])
    .where('project_id', '=', id)
    .orderBy('created_at', 'desc')
    .orderBy('kid', 'desc')
    .limit(liveSecrets)
    .execute()
  return rows.map(({ kid, sealed }) => ({
    kid,
    secret: masterKey.open('signing-secrets', secretContext(id, kid), sealed),
  }))
}

/** The project that has, or once had, this slug. */
export async function findIdBySlug(queries: Queries, slug: string): Promise<ProjectId | undefined> {
  const row =
    (await queries.selectFrom('projects').select('id').where('slug', '=', slug).executeTakeFirst()) ??
    (await queries
      .selectFrom('former_slugs')
      .select('project_id as id')
      .where('slug', '=', slug)
      .executeTakeFirst())
  return row?.id as ProjectId | undefined
}

/** Whose host name this is. */
export async function findDomain(
  queries: Queries,
  host: string,
): Promise<(Domain & { readonly projectId: ProjectId }) | undefined> {
  const row = await queries.selectFrom('domains').selectAll().where('host', '=', host).executeTakeFirst()
  return row === undefined ? undefined : { ...domainOf(row), projectId: row.project_id as ProjectId }
}

export function domainOf(row: {
  readonly host: string
  readonly dialect: string
  readonly origin: string | null
  readonly created_at: number
}): Domain {
  return {
    host: row.host,
    dialect: row.dialect as Domain['dialect'],
    origin: row.origin,
    createdAt: row.created_at,
  }
}

/** Stores a signing secret; does nothing when the project has one of that kid. */
export async function insertSecret(
  queries: Queries,
  projectId: ProjectId,
  { kid, secret }: SigningSecret,
  masterKey: MasterKey,
): Promise<void> {
  await queries
    .insertInto('signing_secrets')
    .values({
      project_id: projectId,
      kid,
      sealed: masterKey.seal('signing-secrets', secretContext(projectId, kid), secret),
      created_at: Date.now(),
    })
    .onConflict((conflict) => conflict.columns(['project_id', 'kid']).doNothing())
    .execute()
}

function secretContext(projectId: ProjectId, kid: string): string {
  return `${projectId}/${kid}`
}

export function presetOf(row: {
  readonly id: string
  readonly dialect: string
  readonly name: string
  readonly description: string | null
  readonly params: string
  readonly version: number
  readonly usage_count: number
  readonly created_at: number
  readonly updated_at: number
}): Preset {
  return Object.freeze({
    id: row.id,
    dialect: row.dialect as Preset['dialect'],
    name: row.name,
    description: row.description,
    params: Object.freeze(JSON.parse(row.params) as Preset['params']),
    version: row.version,
    createdAt: Math.floor(row.created_at / 1000),
    updatedAt: Math.floor(row.updated_at / 1000),
    usageCount: row.usage_count,
  })
}
