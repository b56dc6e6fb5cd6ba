/** The rows of a table as JSON lines, read page by page: however many there are, few are held. */
import { sql } from 'kysely'
import type { Queries } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'
import type { ExportedTable } from './exported-tables.ts'

type Row = Readonly<Record<string, unknown>>

const pageRows = 500

/** One line per row, newline included. */
export async function* tableLines(
  queries: Queries,
  table: ExportedTable,
  projectId: ProjectId,
): AsyncGenerator<string> {
  let last: Row | undefined
  for (;;) {
    const rows = await pageOf(queries, table, projectId, last)
    for (const row of rows) yield `${JSON.stringify(shown(row, table))}\n`
    last = rows.at(-1)
    if (last === undefined || rows.length < pageRows) return
  }
}

async function pageOf(
  queries: Queries,
  table: ExportedTable,
  projectId: ProjectId,
  last: Row | undefined,
): Promise<readonly Row[]> {
  const key = sql.join(table.key.map((column) => sql.ref(column)))
  const behind =
    last === undefined ? sql`` : sql`and (${key}) > (${sql.join(table.key.map((column) => last[column]))})`
  const { rows } = await sql<Row>`select * from ${sql.table(table.name)}
    where ${ofProject(table, projectId)} ${behind} order by ${key} limit ${sql.lit(pageRows)}`.execute(
    queries,
  )
  return rows
}

function ofProject({ parent }: ExportedTable, projectId: ProjectId) {
  if (parent === undefined) return sql`project_id = ${projectId}`
  return sql`${sql.ref(parent.column)} in (select id from ${sql.table(parent.table)} where project_id = ${projectId})`
}

function shown(row: Row, { without = [], json = [] }: ExportedTable): Row {
  return Object.fromEntries(
    Object.entries(row)
      .filter(([column]) => column !== 'project_id' && !without.includes(column))
      .map(([column, value]) => [column, json.includes(column) ? JSON.parse(String(value)) : value]),
  )
}
