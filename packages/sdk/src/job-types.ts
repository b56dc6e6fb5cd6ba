/** A job and its pictures. */
import type { StoredObject } from './transform.ts'

export interface Job {
  readonly id: string
  readonly name: string | undefined
  /** `failed`: nothing came of any of its pictures. */
  readonly state: 'running' | 'completed' | 'failed' | 'cancelled'
  readonly createdAt: Date
  readonly startedAt: Date | undefined
  readonly endedAt: Date | undefined
  /** How many pictures there are, and how many stand where. */
  readonly progress: {
    readonly total: number
    readonly waiting: number
    readonly running: number
    readonly done: number
    readonly failed: number
    readonly cancelled: number
    /** How much of the work is behind it, 0–1; a long picture under way counts as far as it has come. */
    readonly fraction: number
  }
  readonly itemsPerSecond: number
  /** `undefined` while nobody can tell. */
  readonly etaSeconds: number | undefined
  /** What models would have done better for any of its pictures, and were not there for. */
  readonly degraded?: readonly string[] | undefined
}

export interface JobItem {
  /** From 0. */
  readonly index: number
  readonly source: string
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'
  readonly attempts: number
  /** How far it has come, 0–1; absent unless it is under way and can tell. */
  readonly fraction?: number | undefined
  readonly startedAt: Date | undefined
  readonly endedAt: Date | undefined
  /** Why it failed: a stable code, what that means, what it was here, and a JSON pointer into the request. */
  readonly error:
    | {
        readonly code: string
        readonly title: string
        readonly detail?: string | undefined
        readonly pointer?: string | undefined
      }
    | undefined
  /** What models would have done better for its results, and were not there for. */
  readonly degraded?: readonly string[] | undefined
  readonly results: readonly JobResult[]
}

export interface JobResult {
  /** Place among the outputs, from 0. */
  readonly output: number
  readonly name: string | undefined
  readonly format: string
  readonly mediaType: string
  readonly width: number
  readonly height: number
  readonly size: number
  /** The image it has become. */
  readonly image: { readonly id: string; readonly path: string; readonly url: string } | undefined
  /** The object in a bucket that it has become. */
  readonly object: StoredObject | undefined
  /** Of what is no picture. */
  readonly text: string | undefined
}
