/** The real server for a benchmark: the black-box tests' own starter, plus uploads by path. */
import type { ChildProcess } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type RunningServer, startServer as start } from '../../e2e/support.ts'

export type BenchServer = RunningServer

/** A directory that decoding children with a dropped uid can reach. */
export async function temporaryDir(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'fovea-bench-'))
  chmodSync(directory, 0o755)
  return directory
}

export function startServer(
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
): Promise<BenchServer> {
  return start({ dataDir, env })
}

/** Resolves with the address from a server's own log line. */
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
  const response = await server.upload(await readFile(path), basename(targetPath), {
    target_path: targetPath,
  })
  if (response.status !== 201)
    throw new Error(`Upload of ${targetPath}: ${response.status} ${await response.text()}`)
}

export async function removeDir(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true })
}
