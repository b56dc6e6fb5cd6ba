/** The server's side of the SQLite thread: sends statements, matches replies, orders transactions. */
import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { DatabaseStartError } from '../database.ts'
import { DatabaseError } from '../error.ts'
import type { CompiledStep } from '../step.ts'
import type { SqliteLane, SqliteReply, SqliteRequest, SqliteWorkerData } from './protocol.ts'

export interface SqliteResult {
  readonly rows: readonly Record<string, unknown>[]
  readonly changes?: number | undefined
}

export interface OpenedThread {
  readonly thread: SqliteThread
  /** Exactly the migrations this version knows have run. */
  readonly isMigrated: boolean
}

type Settled = Extract<SqliteReply, { readonly id: number }>

interface Waiting {
  resolve(reply: Exclude<Settled, { readonly kind: 'failed' }>): void
  reject(error: Error): void
}

export class SqliteThread {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #nextId = 1
  #failure: Error | undefined
  #closing: Promise<void> | undefined
  /** Resolves when the turn is free; every writer chains behind the one before. */
  #turn: Promise<void> = Promise.resolve()

  private constructor(worker: Worker) {
    this.#worker = worker
  }

  /**
   * Starts the thread and opens the file.
   * @throws DatabaseStartError when the file cannot be opened
   */
  static open(data: SqliteWorkerData): Promise<OpenedThread> {
    const compileCache = getCompileCacheDir()
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: data,
      execArgv: [],
      // Nothing of ours but where compiled code is kept: without it the thread strips its TypeScript anew each time.
      env: compileCache === undefined ? {} : { NODE_COMPILE_CACHE: dirname(compileCache) },
      name: 'fovea-sqlite',
    })
    const thread = new SqliteThread(worker)
    return new Promise((resolve, reject) => {
      const refuse = (reason: string) =>
        reject(new DatabaseStartError(`The database ${data.path} cannot be opened: ${reason}`))
      worker.on('message', (message: SqliteReply) => {
        if (message.kind === 'ready') resolve({ thread, isMigrated: message.isMigrated })
        else if (message.kind === 'broken') refuse(message.message)
        else thread.#settle(message)
      })
      worker.on('error', (error) => {
        refuse(error.message)
        thread.#fail(
          new DatabaseError(`The database thread failed: ${error.message}`, undefined, { cause: error }),
        )
      })
      worker.on('exit', () => {
        refuse('its thread ended')
        thread.#fail(new DatabaseError('The database is closed', undefined))
      })
    })
  }

  async execute(lane: SqliteLane, sql: string, parameters: readonly unknown[]): Promise<SqliteResult> {
    if (this.#closing !== undefined) throw new DatabaseError('The database is closed', undefined)
    const reply = await this.#send({ kind: 'execute', id: this.#nextId++, lane, sql, parameters })
    return reply.kind === 'rows' ? reply : { rows: [] }
  }

  /** A transaction of its own, in its turn; `false` when it was rolled back because a step did not hold. */
  async atOnce(steps: readonly CompiledStep[]): Promise<boolean> {
    const leave = await this.takeTurn()
    try {
      if (this.#closing !== undefined) throw new DatabaseError('The database is closed', undefined)
      const reply = await this.#send({ kind: 'at-once', id: this.#nextId++, steps })
      return reply.kind === 'ended' && reply.isDone
    } finally {
      leave()
    }
  }

  /** Waits until no transaction runs, and keeps others out until the returned function is called. */
  async takeTurn(): Promise<() => void> {
    const before = this.#turn
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#turn = promise
    await before
    return resolve
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    if (this.#failure !== undefined) return
    const ended = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()))
    // A transaction that still runs can no longer send anything: the thread rolls it back as it closes.
    await this.#send({ kind: 'close', id: this.#nextId++ })
    await ended
  }

  #send(request: SqliteRequest): Promise<Exclude<Settled, { readonly kind: 'failed' }>> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.id, { resolve, reject })
      this.#worker.postMessage(request)
    })
  }

  #settle(message: Settled): void {
    const waiting = this.#waiting.get(message.id)
    this.#waiting.delete(message.id)
    if (message.kind === 'failed') waiting?.reject(new DatabaseError(message.message, message.code))
    else waiting?.resolve(message)
  }

  #fail(error: Error): void {
    this.#failure ??= error
    for (const waiting of this.#waiting.values()) waiting.reject(error)
    this.#waiting.clear()
  }
}
