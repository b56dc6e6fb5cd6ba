/**
 * Teams own projects; people have roles in teams, and are invited to them by letter.
 *
 * Each person who was there before gets a team of their own, with the person's id, that owns the person's projects.
 */
import { sql } from 'kysely'
import type { MigrationStep } from './migration-step.ts'

export const teams: MigrationStep = async (db) => {
  await db.schema
    .createTable('teams')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute()

  await db.schema
    .createTable('team_members')
    .addColumn('team_id', 'text', (column) => column.notNull().references('teams.id').onDelete('cascade'))
    .addColumn('user_id', 'text', (column) => column.notNull().references('users.id').onDelete('cascade'))
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('team_members_pk', ['team_id', 'user_id'])
    .execute()
  await db.schema.createIndex('team_members_user').on('team_members').column('user_id').execute()

  await db.schema
    .createTable('invitations')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('team_id', 'text', (column) => column.notNull().references('teams.id').onDelete('cascade'))
    .addColumn('email', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('token_hash', 'text', (column) => column.notNull().unique())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('invitations_person', ['team_id', 'email'])
    .execute()
  await db.schema.createIndex('invitations_email').on('invitations').column('email').execute()

  await db.schema
    .alterTable('projects')
    .addColumn('team_id', 'text', (column) => column.references('teams.id'))
    .execute()
  await db.schema.createIndex('projects_team').on('projects').columns(['team_id', 'slug']).execute()

  await sql`insert into teams (id, name, created_at, updated_at)
    select id, name, created_at, created_at from users`.execute(db)
  await sql`insert into team_members (team_id, user_id, role, created_at)
    select id, id, 'owner', created_at from users`.execute(db)
  await sql`update projects set team_id = owner_id`.execute(db)
}
