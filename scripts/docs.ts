/**
 * Writes what is generated from schemas and tables. A test fails when what is committed differs.
 *
 * Run after changing an operation, a setting, a format, a problem code or a route of the API: `node scripts/docs.ts`.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generatedFiles } from './docs/generated.ts'

for (const [path, content] of await generatedFiles()) {
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url))
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  console.log(path)
}
