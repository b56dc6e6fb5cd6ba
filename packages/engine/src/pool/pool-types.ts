/** What the server sees of the pool. */
import type { DecodeOptions, Limits, Sightings } from '@fovea/core'
import type { Task } from '../models/model.ts'
import type { ChildState } from './child.ts'
import type { PoolCounters } from './counters.ts'
import type { JobOptions } from './job.ts'
import type { PoolLog } from './log.ts'
import type { Standing } from './priority.ts'
import type {
  EngineSource,
  HeaderFacts,
  Lane,
  Matte,
  PredictedCost,
  RunResult,
  WantedOutput,
} from './protocol.ts'

export interface PoolOptions {
  /** Children; one job each. Usually the number of cores. */
  readonly workers: number
  /** How far the children step back for others; `delivery` when absent. */
  readonly standing?: Standing | undefined
  /** Called with `true` when the first child begins to work, with `false` when the last has ended. */
  readonly onWork?: ((isAtWork: boolean) => void) | undefined
  /** Module each child runs; the engine's own when absent. */
  readonly workerEntry?: string | undefined
  /** Module each child imports first (fault-injection tests, instrumentation). */
  readonly preload?: string | undefined
  readonly sandbox: 'auto' | 'off'
  /** Files that children must be able to read behind the sandbox, and directories that they must pass through. */
  readonly readablePaths?: readonly string[] | undefined
  /** Directories in which children look for weights of models; they find none when absent. */
  readonly modelDirectories?: readonly string[] | undefined
  /** Models run on a graphics processor, whose driver takes more addresses and files than a decoder. */
  readonly usesGraphics?: boolean | undefined
  /** Tasks whose models each child loads when it starts, and keeps. */
  readonly warmModels?: readonly Task[] | undefined
  /** Where compiled code of the children may be kept between starts; nowhere when absent. */
  readonly cacheDir?: string | undefined
  /** Jobs that may wait; more get `capacity/exhausted`. */
  readonly maxQueued: number
  /** Predicted bytes of the jobs that run together. */
  readonly maxInflightBytes: number
  /** Resident bytes at which a busy child is killed. */
  readonly maxWorkerBytes: number
  /** Jobs after which a child is replaced; 500 when absent. */
  readonly recycleJobs?: number | undefined
  /** Resident bytes after a job above which a child is replaced; 400 MB when absent. */
  readonly recycleBytes?: number | undefined
  /** How long a source that keeps crashing is refused; five minutes when absent. */
  readonly quarantineMs?: number | undefined
  readonly log?: PoolLog | undefined
}

export interface RunJob {
  readonly source: EngineSource
  /** Identity of the source's bytes, for the quarantine. */
  readonly sourceId: string
  /** Pictures beside the source, by the key under which the pipelines name them. */
  readonly pictures?:
    | Readonly<Record<string, { readonly source: EngineSource; readonly id: string }>>
    | undefined
  readonly decode: DecodeOptions
  /** What models saw in the upright source before. */
  readonly sightings?: Partial<Sightings> | undefined
  readonly outputs: readonly WantedOutput[]
  /** The source's, when an earlier run found it. */
  readonly matte?: Matte | undefined
  readonly limits: Limits
  readonly cost: PredictedCost
}

export interface ProbeOptions extends JobOptions {
  /** Identity of the source's bytes, when it is known already. */
  readonly sourceId?: string | undefined
}

export interface EnginePool {
  /** What the sandbox does here, and what it could not do. Final once a child has been ready. */
  readonly sandbox: string
  /**
   * Starts the first child and a second later the others. Resolves when the first one is ready, rejects with an
   * Error when none can be started.
   */
  warm(): Promise<void>
  /**
   * Reads a header.
   * @throws Problem, as `run` does
   */
  probe(source: EngineSource, limits: Limits, options?: ProbeOptions): Promise<HeaderFacts>
  /**
   * Makes all outputs of a job. `queueMs` is the wall time until a child took it up.
   * @throws Problem `capacity/exhausted`, `capacity/draining`, `source/quarantined`, `source/undecodable`,
   * `render/timeout`, `request/client-closed`, or whatever the engine says about the source and the pipeline
   */
  run(job: RunJob, options?: JobOptions): Promise<RunResult & { readonly queueMs: number }>
  status(): PoolStatus
  /** Refuses new jobs; resolves when all that were taken in are answered. */
  drain(): Promise<void>
  /** Ends all children; what is unanswered fails with `capacity/draining`. */
  close(): Promise<void>
}

export interface PoolStatus {
  readonly sandbox: string
  readonly queued: Readonly<Record<Lane, number>>
  readonly running: number
  readonly runningBytes: number
  /** Sources banned now. */
  readonly quarantined: number
  readonly workers: readonly WorkerStatus[]
  readonly counters: Readonly<PoolCounters>
}

export interface WorkerStatus {
  readonly pid: number
  readonly state: ChildState
  /** Requests answered. */
  readonly jobs: number
  /** Resident bytes after its last job; 0 before the first. */
  readonly rssBytes: number
}
