/** Starts a server for the tests on a free loopback port, waits until it answers, and ends it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

export interface TestServer {
  readonly port: number
  /** Ends the server at once and removes its data. Safe to call twice and from an exit handler. */
  stop(): void
}

export interface TestServerCommand {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

const patienceMs = 60_000

/** @returns the running server, or a sentence that says why there is none */
export async function startTestServer(
  name: string,
  commandFor: (place: { readonly port: number; readonly data: string }) => TestServerCommand,
): Promise<TestServer | string> {
  const port = await freePort()
  const data = mkdtempSync(join(tmpdir(), `fovea-${name}-`))
  const { command, args, env = process.env } = commandFor({ port, data })
  const child = spawn(command, args, { cwd: data, env, stdio: ['ignore', 'ignore', 'pipe'] })
  let complaint = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2_000)
  })
  child.once('error', (error) => {
    complaint += error.message
  })
  const stop = () => {
    child.kill('SIGKILL')
    rmSync(data, { recursive: true, force: true })
  }
  if (await answers(child, port)) return { port, stop }
  stop()
  return `${name} could not be started: ${complaint}`
}

async function answers(child: ChildProcess, port: number): Promise<boolean> {
  const until = Date.now() + patienceMs
  while (Date.now() < until && child.exitCode === null && child.signalCode === null) {
    if (await isListening(port)) return true
    await setTimeout(100)
  }
  return false
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const done = (is: boolean) => {
      socket.destroy()
      resolve(is)
    }
    socket.once('connect', () => done(true)).once('error', () => done(false))
  })
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
