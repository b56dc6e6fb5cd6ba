/**
 * Compiled code of the children, so that one starts in half the time and without Node's TypeScript compiler
 * (20 MB resident).
 *
 * Children run as users that can write nowhere, and must not: who writes code that the next child runs has
 * escaped. So a separate process under the server's own user, which sees no image, imports what a child imports,
 * and the result is put in place for reading. Node names the folder after its own version and the user's id,
 * which is why the other users' names are links.
 */
import { spawn } from 'node:child_process'
import { readdirSync, statSync, symlinkSync, unlinkSync } from 'node:fs'
import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { constants, setPriority } from 'node:os'
import { join } from 'node:path'
import type { ChildCommand } from './child.ts'
import type { PoolLog } from './log.ts'

const currentName = 'current'
const buildTimeoutMs = 30_000
/** After the first requests of a fresh server, which has better things to do. */
const delayMs = 1_000
const othersMayWrite = 0o022

export interface CompileCacheOptions {
  readonly directory: string
  /** A child without a sandbox. */
  readonly command: ChildCommand
  readonly log: PoolLog
}

export class CompileCache {
  readonly #options: CompileCacheOptions
  readonly #linked = new Set<number>()
  readonly #closing = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #rebuilding: Promise<void> | undefined

  constructor(options: CompileCacheOptions) {
    this.#options = options
  }

  /**
   * Value of `NODE_COMPILE_CACHE` for a child with this user id; `undefined` before the first build, and for a
   * directory that anybody but the server's user could have written.
   */
  pathFor(uid: number): string | undefined {
    const { directory } = this.#options
    const current = join(directory, currentName)
    if (!isOurs(directory) || !isOurs(current)) return undefined
    try {
      if (this.#linked.size === 0) dropLinks(current)
      if (!this.#linked.has(uid)) linkFor(current, uid)
      this.#linked.add(uid)
      return current
    } catch {
      // Read-only or being replaced: the child compiles what it needs.
      return undefined
    }
  }

  /** Rebuilds the cache when the start is over, once in the life of this object. Later children profit. */
  want(): void {
    if (this.#timer !== undefined || this.#closing.signal.aborted) return
    this.#timer = setTimeout(() => {
      this.#rebuilding = this.#rebuild()
    }, delayMs)
    this.#timer.unref()
  }

  /** Gives up a build that is under way. Resolves when nothing of it writes to the directory any more. */
  async close(): Promise<void> {
    this.#closing.abort()
    clearTimeout(this.#timer)
    await this.#rebuilding
  }

  async #rebuild(): Promise<void> {
    const { log } = this.#options
    const { signal } = this.#closing
    try {
      await buildCompileCache(this.#options, signal)
      this.#linked.clear()
      log.info({ event: 'pool.compiled' })
    } catch (error) {
      if (!signal.aborted) log.warn({ event: 'pool.compile-failed', cause: String(error) })
    }
  }
}

/**
 * Fills the cache with one run of the command. Running children keep what they have loaded.
 * What an aborted build leaves, the next one removes.
 * @throws Error when the process fails, is aborted or the directory cannot be written
 */
export async function buildCompileCache(
  options: Omit<CompileCacheOptions, 'log'>,
  signal?: AbortSignal,
): Promise<void> {
  const { directory, command } = options
  await mkdir(directory, { recursive: true, mode: 0o755 })
  if (!isOurs(directory)) throw new Error(`${directory} belongs to somebody else or others may write to it`)
  for (const left of await readdir(directory)) {
    if (left !== currentName) await rm(join(directory, left), { recursive: true, force: true })
  }
  const fresh = join(directory, `new-${process.pid}`)
  const stale = join(directory, `old-${process.pid}`)
  await importEverything(command, fresh, signal)
  await publish(fresh)
  await rename(join(directory, currentName), stale).catch(() => {})
  await rename(fresh, join(directory, currentName))
  await rm(stale, { recursive: true, force: true })
}

function importEverything(command: ChildCommand, target: string, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const child = spawn(command.file, command.args, {
      cwd: '/',
      env: { ...command.env, NODE_COMPILE_CACHE: target, FOVEA_WORKER_COMPILE: '1' },
      stdio: 'ignore',
      timeout: buildTimeoutMs,
      killSignal: 'SIGKILL',
    })
    // Not the `signal` option of spawn: it settles before the process has ended, which may still write.
    const stop = () => void child.kill('SIGKILL')
    signal?.addEventListener('abort', stop, { once: true })
    child.once('error', reject)
    child.once('exit', (code, killedBy) => {
      signal?.removeEventListener('abort', stop)
      if (code === 0) resolve()
      else reject(new Error(`Compiling ahead ended with ${killedBy ?? code}`))
    })
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW)
  })
}

/** Makes a fresh cache readable for all users. */
async function publish(directory: string): Promise<void> {
  await chmod(directory, 0o755)
  for (const name of await readdir(directory)) {
    const folder = join(directory, name)
    await chmod(folder, 0o755)
    for (const file of await readdir(folder)) await chmod(join(folder, file), 0o644)
  }
}

/** User ids change with every start of the server; links of earlier starts would add up. */
function dropLinks(current: string): void {
  for (const entry of readdirSync(current, { withFileTypes: true })) {
    if (entry.isSymbolicLink()) unlinkSync(join(current, entry.name))
  }
}

function linkFor(current: string, uid: number): void {
  for (const entry of readdirSync(current, { withFileTypes: true })) {
    const name = entry.name.replace(/\d+$/, String(uid))
    if (entry.isDirectory() && name !== entry.name) symlinkSync(entry.name, join(current, name))
  }
}

function isOurs(path: string): boolean {
  const about = statSync(path, { throwIfNoEntry: false })
  if (about === undefined) return false
  return about.isDirectory() && about.uid === process.getuid?.() && (about.mode & othersMayWrite) === 0
}
