/**
 * Golden images of every operation example: compares them, or draws them anew after a change that was meant.
 *
 * `node scripts/golden.ts` says what differs and ends with 1; `--update` keeps the new pictures. Either writes a sheet
 * of what differs (kept, made, difference) to be looked at: `--sheet diff.png`, else into the temporary folder.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  differenceSeen,
  goldenCases,
  goldenDir,
  readGolden,
  renderGolden,
} from '../packages/engine/src/testing/golden.ts'
import { type Changed, writeSheet } from './golden/sheet.ts'

const { values } = parseArgs({ options: { update: { type: 'boolean' }, sheet: { type: 'string' } } })
mkdirSync(goldenDir, { recursive: true })
const changed: Changed[] = []
for (const golden of goldenCases) {
  const [kept, made] = [await readGolden(golden), await renderGolden(golden)]
  const difference = kept === undefined ? 'new' : await differenceSeen(kept, made)
  if (difference === undefined) continue
  console.log(`${golden.name}: ${difference}`)
  changed.push({ label: JSON.stringify(golden.operation), kept, made })
  if (values.update) writeFileSync(`${goldenDir}${golden.name}.webp`, made)
}
for (const name of readdirSync(goldenDir).filter((name) => name.endsWith('.webp'))) {
  if (goldenCases.some((golden) => `${golden.name}.webp` === name)) continue
  console.log(`${name}: no example any more`)
  if (values.update) rmSync(`${goldenDir}${name}`)
  else process.exitCode = 1
}
if (changed.length > 0) {
  const sheet = values.sheet ?? join(tmpdir(), 'fovea-golden.png')
  await writeSheet(sheet, changed)
  console.log(`${changed.length} of ${goldenCases.length} differ; look at ${sheet}`)
  if (!values.update) process.exitCode = 1
} else {
  console.log(`${goldenCases.length} pictures as they were`)
}
