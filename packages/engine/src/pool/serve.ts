/**
 * The child's side of the protocol: one request at a time, acknowledged at once, answered once.
 *
 * The child outlives nothing: when the IPC channel closes, the server is gone and the process ends itself.
 * SIGINT and SIGTERM are left to the server, which drains first; it ends children with SIGKILL.
 */
import { delimiter } from 'node:path'
import { Problem, problem } from '@fovea/core/problem/problem'
import type {
  HeaderFacts,
  ProbeRequest,
  RunRequest,
  RunResult,
  WorkerReply,
  WorkerRequest,
} from './protocol.ts'
import { isReadable } from './readable.ts'

const tellingPauseMs = 250

/** What a child can do; `run.ts` in production, a fault generator in the pool's own tests. */
export interface Engine {
  run(request: RunRequest, control?: { onProgress?: (fraction: number) => void }): Promise<RunResult>
  probe(request: ProbeRequest): Promise<HeaderFacts>
  /** Loads what is otherwise loaded at first use. */
  loadAll(): Promise<void>
  /** Loads models before a picture needs them. */
  warmUp?(): Promise<void>
}

/**
 * Imports the engine, reports readiness, then answers requests until the channel closes.
 * With `FOVEA_WORKER_COMPILE=1` it only imports, all there is: the process exists to fill the compile cache, which its
 * end writes.
 */
export async function serve(load: () => Promise<Engine>): Promise<void> {
  process.once('disconnect', die)
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => {})
  const engine = await load()
  if (process.env.FOVEA_WORKER_COMPILE === '1') return engine.loadAll()
  process.on('message', (request: WorkerRequest) => {
    reply({ kind: 'accepted', id: request.id })
    void answer(engine, request).then(reply)
  })
  if (process.send === undefined)
    throw new Error('A decoding process is started by the pool, which gives it a channel.')
  const paths = (process.env.FOVEA_WORKER_READABLE ?? '').split(delimiter).filter((path) => path !== '')
  const isReady = { isReadable: paths.every(isReadable), isCold: hasStrippedTypes() }
  reply({ kind: 'ready', pid: process.pid, ...isReady })
  if (process.env.FOVEA_WORKER_WARM_MODELS !== undefined) await engine.warmUp?.()
}

async function answer(engine: Engine, request: WorkerRequest): Promise<WorkerReply> {
  try {
    const result = request.kind === 'run' ? await runTelling(engine, request) : await engine.probe(request)
    return { kind: 'done', id: request.id, result, rssBytes: process.memoryUsage.rss() }
  } catch (error) {
    return { kind: 'failed', id: request.id, ...describe(error), rssBytes: process.memoryUsage.rss() }
  }
}

function runTelling(engine: Engine, request: RunRequest & { readonly id: number }): Promise<RunResult> {
  return request.tellsProgress === true
    ? engine.run(request, { onProgress: tellerOf(request.id) })
    : engine.run(request)
}

/** Tells whole percents that rise, a few times a second at the most. */
function tellerOf(id: number): (fraction: number) => void {
  let told = 0
  let toldAt = Number.NEGATIVE_INFINITY
  return (fraction) => {
    const percent = Math.floor(fraction * 100)
    const now = performance.now()
    if (percent <= told || now - toldAt < tellingPauseMs) return
    told = percent
    toldAt = now
    reply({ kind: 'progress', id, percent })
  }
}

function describe(error: unknown): Pick<WorkerReply & { kind: 'failed' }, 'problem' | 'cause'> {
  if (error instanceof Problem) return { problem: error.serialise() }
  const cause = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const found = isOutOfMemory(error)
    ? problem('source/undecodable', {
        detail: 'The image needs more memory than a decoding process may have.',
      })
    : problem('internal/unexpected', { detail: 'The decoding process failed.' })
  return { problem: found.serialise(), cause: cause.slice(0, 4_000) }
}

/** Node gives a failed allocation a code in one place and only these texts in others. */
function isOutOfMemory(error: unknown): boolean {
  return error instanceof RangeError && /allocation failed|allocate memory/i.test(error.message)
}

function reply(message: WorkerReply): void {
  if (process.connected) process.send?.(message, undefined, undefined, ignoreClosedChannel)
  else die()
}

function ignoreClosedChannel(): void {}

/** Not `process.exit`: native threads may be inside a decoder and must not see the process torn down under them. */
function die(): void {
  process.kill(process.pid, 'SIGKILL')
}

/** Node loads its TypeScript compiler (40 ms, 20 MB) only for a file that the compile cache does not hold. */
function hasStrippedTypes(): boolean {
  const { moduleLoadList = [] } = process as { readonly moduleLoadList?: readonly string[] }
  return moduleLoadList.some((name) => name.includes('amaro'))
}
