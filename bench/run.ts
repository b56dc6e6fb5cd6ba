/** `npm run bench [name …]`: runs the benches one after the other; results land in bench/results. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const all = [
  'cold',
  'hits',
  'memory',
  'start',
  'overload',
  'planner',
  'animation',
  'compress-to-size',
  'codecs',
  'pipeline',
  'outputs',
  'parsing',
  'assets',
  'upload-cli',
  'batch',
  'smart-crop',
  'ai-latency',
  'matte-score',
  'upscale-score',
] as const
const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !all.some((known) => known === name))
if (unknown.length > 0) {
  console.error(`No bench named ${unknown.join(', ')}; there are ${all.join(', ')}`)
  process.exit(2)
}
for (const name of wanted.length > 0 ? wanted : all) {
  console.log(`\n== ${name}`)
  const { status } = spawnSync(process.execPath, [fileURLToPath(new URL(`./${name}.ts`, import.meta.url))], {
    stdio: 'inherit',
  })
  if (status !== 0) process.exitCode = 1
}
