/** `fovea doctor`: runs the server's own check, with the same settings the server would have. */
import { Command } from 'commander'
import { runServerProgram, type ServerFlags } from './server-process.ts'

const examples = `
Exit code 0 when all is well, 1 when something is broken.

Examples:
  $ fovea doctor
  $ fovea doctor --data-dir /var/lib/fovea
  $ fovea doctor --json | jq '.checks[] | select(.ok | not)'
`

interface DoctorFlags extends ServerFlags {
  readonly json?: boolean
}

export function doctorCommand(finish: (code: number) => void): Command {
  return new Command('doctor')
    .description('Check this machine: Node, sandbox, every codec, database, disk; print the configuration')
    .option('--json', 'print one JSON document')
    .option('-d, --data-dir <folder>', 'data directory to look at (FOVEA_DATA_DIR)')
    .option('--database-url <url>', 'database to look at (FOVEA_DATABASE_URL)')
    .addHelpText('after', examples)
    .action(async ({ json, ...flags }: DoctorFlags) => {
      finish(await runServerProgram('@fovea/server/doctor', json === true ? ['--json'] : [], flags))
    })
}
