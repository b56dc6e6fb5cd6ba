/**
 * Starts real servers for black-box tests and makes the pictures they are fed.
 *
 * Every server gets its own data directory and a free port; whatever a test forgets to stop is killed when the
 * test process ends. Nothing here imports the product: tests talk HTTP, as users do.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export { generateJpeg, generatePng, type PictureOptions } from './support-images.ts'

const serverMain = fileURLToPath(new URL('../packages/server/src/start.js', import.meta.url))

/** The facts of a first start, as `first-run.json` holds them. */
export interface FirstRun {
  readonly url: string
  readonly consoleUrl: string
  readonly email: string
  readonly password: string
  readonly project: string
  readonly apiKey: string
  readonly signingSecret: string
  readonly sampleUrl: string
}

export interface StartOptions {
  /** Added to a minimal environment; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Kept after `stop()`. Without it a temporary directory is made, and removed by `stop()`. */
  readonly dataDir?: string
  /** Module that each decoding child imports first (`FOVEA_WORKER_PRELOAD`). */
  readonly preload?: string
  /** How long the server may take until it listens, ms. */
  readonly startTimeoutMs?: number
}

export interface RunningServer {
  /** Where it listens, whatever its public address is; no trailing slash: `http://127.0.0.1:40123`. */
  readonly url: string
  readonly port: number
  readonly pid: number
  readonly dataDir: string
  readonly firstRun: FirstRun
  /** Parsed JSON log lines, growing while the server runs. */
  readonly logs: readonly Readonly<Record<string, unknown>>[]
  /** Everything printed so far, stdout and stderr together. */
  output(): string
  /** `fetch` on this server with the Bearer key of the first run; `path` may be an absolute URL too. */
  api(path: string, init?: RequestInit): Promise<Response>
  /** Uploads a picture through `POST /api/v1/images` and returns the response. */
  upload(bytes: Uint8Array, name: string, fields?: Readonly<Record<string, string>>): Promise<Response>
  /** SIGTERM, waits for the end (SIGKILL after 20 s), removes a temporary data directory. Returns the exit code. */
  stop(): Promise<number | null>
  /** SIGKILL and wait. The data directory stays until the test process ends. */
  kill(): Promise<void>
}

/** A process that only works off jobs. */
export interface RunningWorker {
  readonly pid: number
  /** As of a server. */
  stop(): Promise<number | null>
  kill(): Promise<void>
}

const live = new Set<ChildProcess>()
const temporary = new Set<string>()

process.on('exit', () => {
  for (const child of live) child.kill('SIGKILL')
  for (const directory of temporary) rmSync(directory, { recursive: true, force: true })
})

/**
 * Makes a directory that decoding children with a dropped uid can reach; removed when the test process ends.
 * `mkdtemp` makes it 0700, which would switch the sandbox off for the wrong reason.
 */
export function temporaryDataDir(): string {
  const directory = mkdtempSync(join(tmpdir(), 'fovea-e2e-'))
  chmodSync(directory, 0o755)
  temporary.add(directory)
  return directory
}

/**
 * Starts the server on a free loopback port and waits for its `server.listening` line.
 * @throws Error with everything the server printed when it ends or stays silent
 */
export async function startServer(options: StartOptions = {}): Promise<RunningServer> {
  const ownsDataDir = options.dataDir === undefined
  const dataDir = options.dataDir ?? temporaryDataDir()
  const { child, stop, kill } = spawnServer(environment(dataDir, options))
  const printed = collectOutput(child)
  const port = await listening(child, printed, options.startTimeoutMs ?? 60_000)
  const url = `http://127.0.0.1:${port}`
  const firstRun = JSON.parse(readFileSync(join(dataDir, 'first-run.json'), 'utf8')) as FirstRun
  const api = (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers)
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${firstRun.apiKey}`)
    return fetch(new URL(path, url), { ...init, headers })
  }
  const forget = () => {
    if (!ownsDataDir) return
    rmSync(dataDir, { recursive: true, force: true })
    temporary.delete(dataDir)
  }
  return {
    url,
    port,
    pid: child.pid ?? 0,
    dataDir,
    firstRun,
    logs: printed.lines,
    output: () => printed.text,
    api,
    upload(bytes, name, fields = {}) {
      const form = new FormData()
      for (const [field, value] of Object.entries(fields)) form.append(field, value)
      form.append('file', new Blob([Uint8Array.from(bytes)], { type: mediaType(name) }), name)
      return api('/api/v1/images', { method: 'POST', body: form })
    },
    async stop() {
      const code = await stop()
      forget()
      return code
    },
    kill,
  }
}

/** Starts a process with the role of a worker alone, and does not wait for it. */
export function startWorker(options: StartOptions & { readonly dataDir: string }): RunningWorker {
  const env = { ...environment(options.dataDir, options), FOVEA_ROLES: 'worker' }
  const { child, stop, kill } = spawnServer(env)
  // Nobody reads it; a full pipe would hold the process up.
  child.stdout.resume()
  child.stderr.resume()
  return { pid: child.pid ?? 0, stop, kill }
}

function spawnServer(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [serverMain], { stdio: ['ignore', 'pipe', 'pipe'], env })
  live.add(child)
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      live.delete(child)
      resolve(code)
    })
  })
  return {
    child,
    async stop() {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 20_000)
      const code = await ended
      clearTimeout(timer)
      return code
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** A few variables a program needs anywhere, the test's own, and nothing else of the caller's `FOVEA_…`. */
function environment(dataDir: string, options: StartOptions): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('FOVEA_'))
  const variables: Record<string, string | undefined> = {
    ...Object.fromEntries(inherited),
    FOVEA_PORT: '0',
    FOVEA_HOST: '127.0.0.1',
    FOVEA_DATA_DIR: dataDir,
    FOVEA_LOG_LEVEL: 'info',
    ...(options.preload === undefined ? {} : { FOVEA_WORKER_PRELOAD: options.preload }),
    ...options.env,
  }
  return Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

interface Printed {
  text: string
  readonly lines: Record<string, unknown>[]
  /** Called with each parsed line. */
  onLine?: (line: Readonly<Record<string, unknown>>) => void
}

function collectOutput(child: ChildProcess): Printed {
  const printed: Printed = { text: '', lines: [] }
  let rest = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    printed.text += chunk
  })
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    printed.text += chunk
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const text of lines) {
      const line = parseLine(text)
      if (line === undefined) continue
      printed.lines.push(line)
      printed.onLine?.(line)
    }
  })
  return printed
}

/** Log lines are JSON objects; the welcome text of a first start is for people and is skipped. */
function parseLine(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}

function listening(child: ChildProcess, printed: Printed, timeoutMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      clearTimeout(timer)
      reject(new Error(`The server ${reason}. It printed:\n${printed.text}`))
    }
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      fail(`did not listen within ${timeoutMs} ms`)
    }, timeoutMs)
    child.once('error', (error) => fail(`could not be started (${error.message})`))
    child.once('close', (code, signal) => fail(`ended with ${signal ?? code} before it listened`))
    printed.onLine = (line) => {
      if (line.event !== 'server.listening' || typeof line.port !== 'number') return
      clearTimeout(timer)
      resolve(line.port)
    }
  })
}

const mediaTypes: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  avif: 'image/avif',
  gif: 'image/gif',
  tiff: 'image/tiff',
  svg: 'image/svg+xml',
}

function mediaType(name: string): string {
  return mediaTypes[name.slice(name.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream'
}
