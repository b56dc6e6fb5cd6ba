/** `fovea serve`: the server, in a process of its own. */
import { Command } from 'commander'
import { runServerProgram, type ServerFlags } from './server-process.ts'

const examples = `
Every setting is an environment variable (FOVEA_PORT, FOVEA_DATA_DIR, …; "fovea doctor" lists them).
Flags are the few that people type; a flag wins over its variable.

Examples:
  $ fovea serve
  $ fovea serve --port 8080 --host 0.0.0.0 --data-dir /var/lib/fovea
  $ FOVEA_CACHE_BYTES=10737418240 fovea serve --public-url https://img.example.com
`

export function serveCommand(finish: (code: number) => void): Command {
  return new Command('serve')
    .description('Start the server')
    .option('-p, --port <number>', 'TCP port; 0 picks a free one (FOVEA_PORT)')
    .option('--host <address>', 'address to listen on; 0.0.0.0 for all (FOVEA_HOST)')
    .option('-d, --data-dir <folder>', 'originals, cache, database, keys (FOVEA_DATA_DIR)')
    .option('--public-url <url>', 'address people use, behind a proxy (FOVEA_PUBLIC_URL)')
    .option('--database-url <url>', 'postgres://… instead of SQLite (FOVEA_DATABASE_URL)')
    .option('--roles <list>', 'api, image, worker: what this process does (FOVEA_ROLES)')
    .option('--log-level <level>', 'silent, error, warn, info or debug (FOVEA_LOG_LEVEL)')
    .addHelpText('after', examples)
    .action(async (flags: ServerFlags) => finish(await runServerProgram('@fovea/server/main', [], flags)))
}
