/** A reference page for each dialect, from the table of its folder: `packages/core/src/dialects/{name}/conformance.ts`. */
import { existsSync, readdirSync } from 'node:fs'
import type { Conformance, ConformanceRow } from '../../packages/core/src/dialects/conformance.ts'
import { generatedHeader, table } from './markdown.ts'

const folder = new URL('../../packages/core/src/dialects/', import.meta.url)

const conformances = await Promise.all(
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, file: new URL(`${name}/conformance.ts`, folder) }))
    .filter(({ file }) => existsSync(file))
    .map(async ({ name, file }) => {
      const { conformance } = (await import(file.href)) as { readonly conformance: Conformance }
      return { name, conformance }
    }),
)

/** Path below `docs/` → content. */
export function dialectPages(): readonly (readonly [path: string, content: string])[] {
  return conformances.map(({ name, conformance }) => [
    `reference/dialects/${name}.md`,
    dialectPage(name, conformance),
  ])
}

function dialectPage(name: string, { title, about, rows }: Conformance): string {
  const counts = statuses.map((status) => {
    const count = rows.filter((row) => row.status === status).length
    return `${count} ${status}`
  })
  const body = rows.map((row) => [parameterCell(row), row.status, row.note ?? '–', exampleCell(row)])
  return `${generatedHeader(title, `packages/core/src/dialects/${name}/conformance.ts`)}
${about.trim()}

${rows.length} parameters: ${counts.join(', ')}. *Approximated* ones act, but their scale or details are ours.

${table(['Parameter', 'Status', 'Note', 'Example'], body)}
`
}

const statuses = [
  'supported',
  'approximated',
  'refused',
  'ignored',
] as const satisfies readonly ConformanceRow['status'][]

function parameterCell({ parameter, aliases = [] }: ConformanceRow): string {
  return [parameter, ...aliases].map((name) => `\`${name}\``).join(' ')
}

function exampleCell(row: ConformanceRow): string {
  return 'example' in row ? `\`${row.example.with}\`` : '–'
}
