/**
 * `fovea doctor`: proves that this machine can do what the server promises, and prints the settings in force.
 *
 * A program of its own, with the environment the server would have. It leaves nothing behind: a database that is not
 * there yet is not made, pending migrations are not run. Exit code 1 when something is broken.
 */
import { parseArgs } from 'node:util'
import { ConfigError, describeConfig, readConfig } from './config.ts'
import { checkAll, type Finding } from './doctor/index.ts'

const marks = { well: '✓', doubtful: '!', broken: '✗' } as const

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } })
process.exitCode = await main(values.json)

async function main(asJson: boolean): Promise<number> {
  try {
    const config = readConfig(process.env)
    const findings = await checkAll(config)
    const settings = describeConfig(config)
    const ok = findings.every(({ state }) => state !== 'broken')
    console.log(
      asJson ? JSON.stringify({ ok, checks: findings, settings }, undefined, 2) : textOf(findings, settings),
    )
    return ok ? 0 : 1
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    if (asJson)
      console.log(JSON.stringify({ ok: false, checks: [], settings: [], error: error.message }, undefined, 2))
    else console.error(error.message)
    return 1
  }
}

function textOf(findings: readonly Finding[], settings: ReturnType<typeof describeConfig>): string {
  const broken = findings.filter(({ state }) => state === 'broken').length
  const doubtful = findings.filter(({ state }) => state === 'doubtful').length
  const verdict = broken === 0 ? 'All that was checked works' : `${broken} broken`
  return [
    ...findings.map(({ state, name, detail }) => `${marks[state]} ${name.padEnd(11)} ${detail}`),
    '',
    'Settings',
    ...settings.map(
      ({ name, value, description }) => `  ${name.padEnd(26)} ${value.padEnd(24)} ${description}`,
    ),
    '',
    `${verdict}${doubtful === 0 ? '' : `, ${doubtful} to look at`}.`,
  ].join('\n')
}
