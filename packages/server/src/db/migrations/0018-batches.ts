/** Jobs of users: many pictures through one pipeline, a row for each picture and for each result. */
import type { MigrationStep } from './migration-step.ts'

export const batches: MigrationStep = async (db) => {
  await db.schema
    .createTable('batches')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('project_id', 'text', (column) => column.notNull().references('projects.id'))
    .addColumn('name', 'text')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('request', 'text', (column) => column.notNull())
    .addColumn('items', 'integer', (column) => column.notNull())
    .addColumn('archive_bytes', 'bigint', (column) => column.notNull())
    .addColumn('taken_at', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('ended_at', 'bigint')
    .execute()
  await db.schema.createIndex('batches_turn').on('batches').columns(['state', 'taken_at']).execute()
  await db.schema.createIndex('batches_project').on('batches').columns(['project_id', 'id']).execute()
  await db.schema
    .createTable('batch_items')
    .addColumn('batch_id', 'text', (column) => column.notNull().references('batches.id').onDelete('cascade'))
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('label', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('lease', 'integer', (column) => column.notNull())
    .addColumn('due_at', 'bigint', (column) => column.notNull())
    .addColumn('owner', 'text')
    .addColumn('problem', 'text')
    .addColumn('started_at', 'bigint')
    .addColumn('ended_at', 'bigint')
    .addPrimaryKeyConstraint('batch_items_place', ['batch_id', 'position'])
    .execute()
  await db.schema
    .createIndex('batch_items_due')
    .on('batch_items')
    .columns(['batch_id', 'state', 'due_at', 'position'])
    .execute()
  await db.schema
    .createTable('batch_results')
    .addColumn('batch_id', 'text', (column) => column.notNull())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('output', 'integer', (column) => column.notNull())
    .addColumn('name', 'text')
    .addColumn('format', 'text', (column) => column.notNull())
    .addColumn('width', 'integer', (column) => column.notNull())
    .addColumn('height', 'integer', (column) => column.notNull())
    .addColumn('size', 'bigint', (column) => column.notNull())
    .addColumn('path', 'text')
    .addColumn('hash', 'text')
    .addColumn('content', 'text')
    .addPrimaryKeyConstraint('batch_results_place', ['batch_id', 'position', 'output'])
    .addForeignKeyConstraint(
      'batch_results_item',
      ['batch_id', 'position'],
      'batch_items',
      ['batch_id', 'position'],
      (key) => key.onDelete('cascade'),
    )
    .execute()
}
