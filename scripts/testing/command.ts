/** Runs programs for the test script: output shown as it comes, or kept and shown when something is wrong. */
import { spawn, spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** The environment of every step: tools of the workspace first, so that `node` is the one npm installed. */
export const toolEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
}

export interface CommandResult {
  readonly ok: boolean
  readonly output: string
  readonly seconds: number
}

/** Runs to the end; never throws. With `show` the program writes straight to this terminal. */
export function run(
  command: string,
  args: readonly string[],
  options: { readonly show?: boolean; readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Promise<CommandResult> {
  const started = performance.now()
  return new Promise((resolve) => {
    let output = ''
    const done = (ok: boolean) => resolve({ ok, output, seconds: (performance.now() - started) / 1000 })
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: options.env ?? toolEnvironment,
      stdio: [
        'ignore',
        options.show === true ? 'inherit' : 'pipe',
        options.show === true ? 'inherit' : 'pipe',
      ],
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk
      })
    }
    child.once('error', (error) => {
      output += error.message
      done(false)
    })
    child.once('close', (code) => done(code === 0))
  })
}

/** Whether a program can be found on the PATH. */
export function hasProgram(name: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' }).status === 0
}

export function isRoot(): boolean {
  return process.getuid?.() === 0
}
