/** `fovea worker`: a server without a listener, which works off jobs and keeps house beside the others. */
import { Command } from 'commander'
import { runServerProgram, type ServerFlags } from './server-process.ts'

const examples = `
The same settings as "fovea serve" of the other processes: the same database, storage and FOVEA_SECRET_KEY.

Examples:
  $ FOVEA_ROLES=api,image fovea serve --database-url postgres://db/fovea
  $ fovea worker --database-url postgres://db/fovea
`

export function workerCommand(finish: (code: number) => void): Command {
  return new Command('worker')
    .description('Start a process that only works off jobs')
    .option('-d, --data-dir <folder>', 'cache, keys, files of jobs (FOVEA_DATA_DIR)')
    .option('--database-url <url>', 'postgres://… instead of SQLite (FOVEA_DATABASE_URL)')
    .option('--log-level <level>', 'silent, error, warn, info or debug (FOVEA_LOG_LEVEL)')
    .addHelpText('after', examples)
    .action(async (flags: Omit<ServerFlags, 'roles'>) =>
      finish(await runServerProgram('@fovea/server/main', [], { ...flags, roles: 'worker' })),
    )
}
