/** Starts a program of the server package as a process of its own: the command line never loads the server. */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

/** Flags that are spelled as the server's environment variables. */
export interface ServerFlags {
  readonly port?: string
  readonly host?: string
  readonly dataDir?: string
  readonly publicUrl?: string
  readonly databaseUrl?: string
  readonly logLevel?: string
  readonly roles?: string
}

const variables = {
  port: 'FOVEA_PORT',
  host: 'FOVEA_HOST',
  dataDir: 'FOVEA_DATA_DIR',
  publicUrl: 'FOVEA_PUBLIC_URL',
  databaseUrl: 'FOVEA_DATABASE_URL',
  logLevel: 'FOVEA_LOG_LEVEL',
  roles: 'FOVEA_ROLES',
} as const satisfies Record<keyof ServerFlags, string>

/** Of commands that speak to a server: it would warn of settings that it does not have. */
const clientVariables = ['FOVEA_API_URL', 'FOVEA_API_KEY', 'FOVEA_PROFILE', 'FOVEA_PASSWORD']

/** The environment with flags laid over it: a flag wins over a variable. What is not for a server stays here. */
export function environmentOf(
  flags: ServerFlags,
  base: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const given = (Object.keys(variables) as (keyof ServerFlags)[]).flatMap((flag) =>
    flags[flag] === undefined ? [] : [[variables[flag], flags[flag]] as const],
  )
  const kept = Object.entries(base).filter(([name]) => !clientVariables.includes(name))
  return { ...Object.fromEntries(kept), ...Object.fromEntries(given) }
}

/**
 * Runs a program with this terminal and hands it the signals that end us. Resolves with the exit code, 128 + the
 * signal's number when a signal ended it.
 * @param onMessage is told what the program sends
 */
export function runServerProgram(
  entry: '@fovea/server/main' | '@fovea/server/doctor' | '@fovea/server/backup',
  args: readonly string[],
  flags: ServerFlags,
  onMessage?: (message: unknown) => void,
): Promise<number> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.resolve(entry)), ...args], {
    stdio: onMessage === undefined ? 'inherit' : ['inherit', 'inherit', 'inherit', 'ipc'],
    env: environmentOf(flags, process.env),
  })
  if (onMessage !== undefined) child.on('message', onMessage)
  const forward = (signal: NodeJS.Signals) => child.kill(signal)
  // Ctrl-C reaches the whole foreground group: the child has it already, and a second one would hurry it
  const onInterrupt = () => {
    if (!process.stdin.isTTY) forward('SIGINT')
  }
  process.on('SIGINT', onInterrupt)
  process.on('SIGTERM', forward)
  process.on('SIGHUP', forward)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      process.off('SIGINT', onInterrupt)
      process.off('SIGTERM', forward)
      process.off('SIGHUP', forward)
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]))
    })
  })
}
