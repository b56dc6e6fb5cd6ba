/**
 * Writes the generated reference into docs/reference. A test fails when what is committed differs.
 *
 * Run after changing an operation, a setting, a format or a problem code: `node scripts/docs.ts`.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { referencePages } from './docs/pages.ts'

for (const [path, content] of referencePages()) {
  const file = fileURLToPath(new URL(`../docs/${path}`, import.meta.url))
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  console.log(`docs/${path}`)
}
