/** Runs the command line as its users do: a process of its own, with little more than a path in its environment. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const cliMain = fileURLToPath(new URL('../packages/cli/src/main.js', import.meta.url))

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `fovea` in `folder`, which is also its user's home, to its end. `input` is what is piped into it. */
export function runFovea(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input = '',
): Promise<Ended> {
  const { child, ended } = startFovea(folder, args, env)
  child.stdin.end(input)
  return ended
}

/** As `runFovea`, for who wants to do something while it runs. */
export function startFovea(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): { readonly child: ChildProcessWithoutNullStreams; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, [cliMain, ...args], {
    cwd: folder,
    stdio: 'pipe',
    env: { PATH: process.env.PATH ?? '', HOME: folder, ...env },
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
  return { child, ended }
}
