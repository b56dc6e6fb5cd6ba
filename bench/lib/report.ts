/** Prints one figure and keeps it in `bench/results/<name>.json`, so that a claim can be checked later. */
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'

const results = fileURLToPath(new URL('../results/', import.meta.url))

export interface Figure {
  readonly name: string
  readonly target: string
  readonly reached: boolean
  /** Whatever the bench found: medians, intervals, sample counts. */
  readonly measured: unknown
}

export async function report(
  bench: string,
  figures: readonly Figure[],
  notes: readonly string[] = [],
): Promise<void> {
  for (const figure of figures) {
    console.log(`${figure.reached ? 'reached ' : 'MISSED  '} ${figure.name} (target ${figure.target})`)
    console.log(`         ${JSON.stringify(figure.measured)}`)
  }
  for (const note of notes) console.log(`note: ${note}`)
  await mkdir(results, { recursive: true })
  const record = {
    bench,
    date: new Date().toISOString(),
    machine: { cpu: cpus()[0]?.model, cores: cpus().length, load: loadavg(), node: process.version },
    figures,
    notes,
  }
  await writeFile(`${results}${bench}.json`, `${JSON.stringify(record, null, 2)}\n`)
}
