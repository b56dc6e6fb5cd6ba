/**
 * A decoding child whose engine does what the source's path says, for the pool's own tests: `answer:60000`,
 * `sleep:200`, `segv`, `segv-once:<marker file>`, `spin`, `allocate`, `fork-bomb`, `exit`, `throw`, `garble`, `tell:0.2,0.7`,
 * `fall`, `environment`.
 */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { getPriority, networkInterfaces } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { problem } from '@fovea/core/problem/problem'
import type { EngineSource, HeaderFacts, RunResult } from './protocol.ts'
import { serve } from './serve.ts'

const held: Buffer[] = []

type Tell = (fraction: number) => void

const faults: Readonly<Record<string, (argument: string, tell?: Tell) => unknown>> = {
  answer: (bytes) => Number(bytes),
  sleep: (ms) => sleep(Number(ms)),
  segv,
  'segv-once': (marker) => {
    if (existsSync(marker)) return undefined
    writeFileSync(marker, '')
    return segv()
  },
  spin: () => {
    for (;;) {
      // Nothing ends this but a signal.
    }
  },
  allocate: async () => {
    for (let gigabytes = 0; gigabytes < 20; gigabytes += 0.0625) {
      held.push(Buffer.alloc(2 ** 26, 1))
      await sleep(20)
    }
  },
  'allocate-at-once': () => held.push(Buffer.alloc(20 * 2 ** 30, 1)),
  'fork-bomb': async () => {
    for (;;) {
      // A session of its own, so that killing the child's process group does not reach it.
      spawn('/bin/sleep', ['60'], { detached: true, stdio: 'ignore' }).on('error', () => {})
      await sleep(1)
    }
  },
  exit: () => process.exit(3),
  throw: () => {
    throw new Error('a bug in the engine')
  },
  refuse: () => {
    throw problem('source/unsupported', { detail: 'Not an image.', members: { byte: 7 } })
  },
  garble: () => process.send?.({ kind: 'done', id: -1, result: {} }),
  tell: async (fractions, tell) => {
    for (const fraction of fractions.split(',')) {
      tell?.(Number(fraction))
      await sleep(300)
    }
  },
  /** Of the first request that the child is given by its pool. */
  fall: () => {
    for (const percent of [50, 40]) process.send?.({ kind: 'progress', id: 1, percent })
    return sleep(10_000)
  },
  environment: () => JSON.stringify(environment()),
}

await serve(async () => ({
  loadAll: async () => {},
  probe: async ({ source }) => ({ ...facts, space: String(await act(source)) }),
  run: async ({ source, outputs }, { onProgress } = {}): Promise<RunResult> => {
    const size = await act(source, onProgress)
    const bytes = new Uint8Array(typeof size === 'number' ? size : 10).fill(7)
    return {
      outputs: outputs.map(() => ({ bytes, format: 'webp', width: 1, height: 1, pages: 1, passes: 1 })),
      timings: { open: 0, operate: 0, encode: 0 },
    }
  },
}))

const facts: HeaderFacts = {
  format: 'jpeg',
  width: 1,
  height: 1,
  orientation: 1,
  pages: 1,
  hasAlpha: false,
  channels: 3,
  space: '',
  isProgressive: false,
  sizeBytes: 1,
}

async function act(source: EngineSource, tell?: Tell): Promise<unknown> {
  if (!('path' in source)) return source.bytes.byteLength
  const [fault = '', argument = ''] = source.path.split(/:(.*)/s)
  const act = faults[fault]
  if (act === undefined) throw new TypeError(`No fault ${fault}`)
  return await act(argument, tell)
}

function segv(): Promise<void> {
  process.kill(process.pid, 'SIGSEGV')
  return sleep(10_000)
}

export interface ChildEnvironment {
  readonly names: readonly string[]
  readonly uid: number
  readonly network: readonly string[]
  readonly noNewPrivileges: boolean
  readonly capabilities: string
  readonly limits: string
  readonly oomScore: string
  /** Of every thread. */
  readonly priorities: readonly number[]
}

function environment(): ChildEnvironment {
  const status = readFileSync('/proc/self/status', 'utf8')
  return {
    names: Object.keys(process.env).sort(),
    uid: process.getuid?.() ?? -1,
    network: Object.keys(networkInterfaces()),
    noNewPrivileges: /^NoNewPrivs:\s*1$/m.test(status),
    capabilities: /^CapEff:\s*(\w+)$/m.exec(status)?.[1] ?? '',
    limits: readFileSync('/proc/self/limits', 'utf8'),
    oomScore: readFileSync('/proc/self/oom_score_adj', 'utf8').trim(),
    priorities: readdirSync('/proc/self/task').map((thread) => getPriority(Number(thread))),
  }
}
