/**
 * A PostgreSQL server for the tests only: own data directory, free loopback port, no durability, gone at the end.
 *
 * PostgreSQL refuses to run as root; then it runs as the user `postgres` that Debian's package makes.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasProgram, isRoot, run } from './command.ts'
import { installPackages, mayInstallPackages } from './debian.ts'
import { freePort } from './test-server.ts'

export interface TestPostgres {
  readonly url: string
  /** Ends the server at once and removes its directory. Safe to call twice and from an exit handler. */
  stop(): void
}

/** What to do where there is no PostgreSQL. */
const installSentence =
  'PostgreSQL is not installed and only root may install it: on Debian run "apt-get install postgresql", ' +
  'or set FOVEA_TEST_POSTGRES_URL to a database the tests may fill and empty.'

/** @returns a running server, or a sentence that says why there is none */
export async function startPostgres(): Promise<TestPostgres | string> {
  if (binaries() === undefined && mayInstallPackages()) {
    console.log('Installing PostgreSQL for the tests …')
    const complaint = await installPackages(['postgresql'])
    if (complaint !== undefined) return `apt-get could not install PostgreSQL:\n${complaint}`
  }
  const folder = binaries()
  if (folder === undefined) return installSentence
  const directory = makeDirectory()
  if (directory === undefined)
    return 'No temporary directory is open to the user postgres: set TMPDIR to one that is.'
  const port = await freePort()
  const data = join(directory, 'data')
  const words = ['-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync']
  const [initialise, args] = asServerUser(join(folder, 'initdb'), words)
  const made = await run(initialise, args, { cwd: directory, env: process.env })
  // no socket file: the path of a temporary directory may be longer than a socket's may be
  const settings =
    `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c shared_buffers=64MB -c max_connections=60 ` +
    '-c fsync=off -c synchronous_commit=off -c full_page_writes=off'
  const control = (...words: string[]) => {
    const [command, args] = asServerUser(join(folder, 'pg_ctl'), ['-D', data, ...words])
    // the server inherits these streams and would keep a pipe open for ever
    return spawnSync(command, args, { cwd: directory, stdio: 'ignore' }).status === 0
  }
  const stop = () => {
    if (!existsSync(directory)) return
    control('-m', 'immediate', 'stop')
    rmSync(directory, { recursive: true, force: true })
  }
  if (!made.ok || !control('-l', join(directory, 'log'), '-w', '-t', '60', '-o', settings, 'start')) {
    stop()
    return `PostgreSQL could not be started:\n${made.output}`
  }
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop }
}

/** Folder with `initdb` and `pg_ctl`: Debian keeps them off the PATH. */
function binaries(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const found = versions
    .map((version) => join(debian, version, 'bin'))
    .find((path) => existsSync(join(path, 'initdb')))
  if (found !== undefined || !hasProgram('initdb')) return found
  return spawnSync('sh', ['-c', 'dirname "$(command -v initdb)"'], { encoding: 'utf8' }).stdout.trim()
}

/** A directory the server's user owns and can reach through every parent. */
function makeDirectory(): string | undefined {
  for (const parent of new Set([tmpdir(), '/tmp', '/var/tmp'])) {
    if (!existsSync(parent)) continue
    const directory = mkdtempSync(join(parent, 'fovea-pg-'))
    if (!isRoot()) return directory
    const id = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
    chownSync(directory, id('-u'), id('-g'))
    chmodSync(directory, 0o700)
    if (spawnSync('runuser', ['-u', 'postgres', '--', 'test', '-w', directory]).status === 0) return directory
    rmSync(directory, { recursive: true, force: true })
  }
  return undefined
}

function asServerUser(program: string, args: readonly string[]): [string, string[]] {
  return isRoot() ? ['runuser', ['-u', 'postgres', '--', program, ...args]] : [program, [...args]]
}
