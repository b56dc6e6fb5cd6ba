/** Starts the real server for a benchmark and uploads what it needs. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../../packages/server/src/main.ts', import.meta.url))

export interface BenchServer {
  readonly url: string
  readonly pid: number
  readonly dataDir: string
  readonly apiKey: string
  stop(): Promise<void>
}

export async function temporaryDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'fovea-bench-'))
}

/** Starts `main.ts` on a free port. Resolves once it listens; rejects with its output when it ends first. */
export async function startServer(
  dataDir: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<BenchServer> {
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env.PATH ?? '',
      FOVEA_DATA_DIR: dataDir,
      FOVEA_PORT: '0',
      FOVEA_LOG_LEVEL: 'info',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await listening(child)
  const first: { apiKey: string } = JSON.parse(await readFile(join(dataDir, 'first-run.json'), 'utf8'))
  return {
    url,
    pid: child.pid ?? 0,
    dataDir,
    apiKey: first.apiKey,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Resolves with the address from the server's own log line. */
export function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-100_000)
      const url = /"event":"server\.listening"[^\n]*"url":"([^"]+)"/.exec(output)?.[1]
      if (url !== undefined) resolve(url)
    })
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}.\n${output}`)))
  })
}

export async function upload(server: BenchServer, path: string, targetPath: string): Promise<void> {
  const form = new FormData()
  form.set('file', new Blob([await readFile(path)]), targetPath)
  form.set('target_path', targetPath)
  const response = await fetch(`${server.url}/api/v1/images`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.apiKey}` },
    body: form,
  })
  if (response.status !== 201)
    throw new Error(`Upload of ${targetPath}: ${response.status} ${await response.text()}`)
}

export async function removeDir(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true })
}
