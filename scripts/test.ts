/**
 * `npm test`: prepares what tests need, runs every check once, and ends with `N passed, N failed`.
 *
 * A check of the sources (format and lint, types, dead code) counts as one test. With `CI=true` nothing is skipped
 * without an entry in `allowedSkips`. Words after `--` go to vitest: `npm test -- packages/core` runs some tests only
 * and no check of the sources.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startAzurite } from './testing/azurite.ts'
import { type CommandResult, root, run, toolEnvironment } from './testing/command.ts'
import { startPostgres } from './testing/postgres.ts'
import { type AllowedSkip, type Counts, judge, summaryLine, type VitestReport } from './testing/results.ts'
import { startS3 } from './testing/s3.ts'

const strict = process.env.CI === 'true'

/** Tests that a machine may be unable to run. Each needs a reason that a stranger understands. */
const allowedSkips: readonly AllowedSkip[] = []

interface Check {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
}

/** Each inner list runs at the same time. */
const checks: readonly (readonly Check[])[] = [
  [{ name: 'format and lint', command: 'biome', args: ['ci', '--colors=off', '.'] }],
  [
    { name: 'types', command: 'tsc', args: ['-p', '.'] },
    { name: 'types of core, without Node', command: 'tsc', args: ['-p', 'packages/core'] },
  ],
  [{ name: 'dead code and unused dependencies', command: 'knip', args: ['--no-progress'] }],
]

/** A server that some tests need, the variable that tells them where it is, and how to have one. */
interface NeededServer {
  readonly name: string
  readonly variable: string
  start(): Promise<{ readonly url: string; stop(): void } | string>
}

const servers: readonly NeededServer[] = [
  { name: 'PostgreSQL', variable: 'FOVEA_TEST_POSTGRES_URL', start: startPostgres },
  { name: 'S3', variable: 'FOVEA_TEST_S3_URL', start: startS3 },
  { name: 'Azure Blob Storage', variable: 'FOVEA_TEST_AZURITE_URL', start: startAzurite },
]

const none: Counts = { passed: 0, failed: 0, skipped: 0 }

process.exitCode = await main(process.argv.slice(2))

async function main(filters: readonly string[]): Promise<number> {
  const running: { stop(): void }[] = []
  const stopAll = () => {
    for (const server of running.splice(0)) server.stop()
  }
  const interrupt = () => {
    stopAll()
    process.exit(130)
  }
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt).once('exit', stopAll)
  try {
    const env: Record<string, string> = {}
    let prepared = none
    for (const server of servers) {
      const counts = await prepare(server, env, running)
      prepared = sum(prepared, counts)
    }
    const sources = filters.length === 0 ? await checkSources() : none
    const tests = await runTests(filters, env)
    const total = [prepared, sources, tests].reduce(sum)
    console.log(summaryLine(total))
    return total.failed > 0 ? 1 : 0
  } finally {
    stopAll()
  }
}

function sum(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }
}

/** The server of the operator's choice, or one of our own, or a sentence (a failure in CI). */
async function prepare(
  { name, variable, start }: NeededServer,
  env: Record<string, string>,
  running: { stop(): void }[],
): Promise<Counts> {
  if (process.env[variable] !== undefined) return none
  const started = await start()
  if (typeof started !== 'string') {
    running.push(started)
    env[variable] = started.url
    return none
  }
  console.log(`${strict ? 'FAILED' : `Skipping the tests on ${name}`}: ${started}`)
  return strict ? { ...none, failed: 1 } : none
}

async function checkSources(): Promise<Counts> {
  let counts = none
  for (const group of checks) {
    const results = await Promise.all(group.map((check) => run(check.command, check.args)))
    for (const [index, check] of group.entries()) counts = sum(counts, report(check.name, results[index]))
  }
  return counts
}

function report(name: string, result: CommandResult | undefined): Counts {
  const ok = result?.ok === true
  console.log(`${ok ? '✓' : '✗'} ${name} (${result?.seconds.toFixed(1)} s)`)
  if (!ok) console.log(result?.output.trimEnd())
  return ok ? { ...none, passed: 1 } : { ...none, failed: 1 }
}

async function runTests(
  filters: readonly string[],
  found: Readonly<Record<string, string>>,
): Promise<Counts> {
  const directory = mkdtempSync(join(tmpdir(), 'fovea-test-'))
  const file = join(directory, 'results.json')
  try {
    const result = await run(
      'vitest',
      ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...filters],
      {
        show: true,
        env: { ...toolEnvironment, ...found },
      },
    )
    const judged = judge(JSON.parse(readFileSync(file, 'utf8')) as VitestReport, allowedSkips, strict)
    explainSkips(judged.unexplained)
    nameRetried(judged.retried)
    // an error outside any test fails the run without failing a test
    const outside = !result.ok && judged.failed === 0 ? 1 : 0
    return { ...judged, failed: judged.failed + outside }
  } catch (error) {
    console.error(`vitest left no report: ${String(error)}`)
    return { ...none, failed: 1 }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** A race that shows now and then must not stop a landing, and must not go unseen either. */
function nameRetried(retried: readonly string[]): void {
  if (retried.length === 0) return
  console.log('Passed only when tried again, which is a fault to mend:')
  for (const name of retried) console.log(`  ${name.replace(root, '')}`)
}

function explainSkips(unexplained: readonly string[]): void {
  if (!strict || unexplained.length === 0) return
  console.log('Skipped although CI=true, which counts as failed (allow in scripts/test.ts with a reason):')
  for (const name of unexplained) console.log(`  ${name.replace(root, '')}`)
}
