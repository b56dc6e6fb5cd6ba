/**
 * What the API calls a job: many pictures through one pipeline. Here it is a batch, because "job" is already the word
 * for whatever the server's own queue holds.
 */
import type { MadeFormat, SerialisedProblem } from '@fovea/core'
import type { BatchSource } from '@fovea/core/dialects/json'
import type { ProjectId } from '../projects/index.ts'
import type { StoredObject } from '../transforms/index.ts'

export type BatchId = string & { readonly __brand: 'BatchId' }

/** `failed`: nothing came of any of its pictures. */
export const batchStates = ['running', 'completed', 'failed', 'cancelled'] as const
export type BatchState = (typeof batchStates)[number]

export const itemStates = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const
export type ItemState = (typeof itemStates)[number]

/** A file inside the batch's archive. */
export interface ArchivePlace {
  readonly kind: 'entry'
  readonly path: string
  /** Of its local header, bytes from the archive's beginning. */
  readonly offset: number
  readonly compressedSize: number
  readonly size: number
  /** ZIP's number: 0 stored, 8 deflated. */
  readonly method: number
  /** CRC-32 of the file. */
  readonly checksum: number
}

/** Where a picture comes from, and what it lends to the paths of its results. */
export interface ItemSource {
  readonly source: BatchSource['source'] | ArchivePlace
  readonly dir: string
  /** Without an extension. */
  readonly name: string
}

export interface Batch {
  readonly id: BatchId
  readonly projectId: ProjectId
  readonly name: string | undefined
  readonly state: BatchState
  readonly items: number
  readonly createdAt: number
  readonly endedAt: number | undefined
}

export interface BatchProgress {
  readonly batch: Batch
  readonly counts: Readonly<Record<ItemState, number>>
  /** Unix milliseconds; absent until a picture was taken up. */
  readonly startedAt: number | undefined
  /** How much of the work is behind it, 0–1: pictures that have ended, and of those under way what their children tell. */
  readonly fraction: number
  /** Pictures that ended a second, of late. */
  readonly rate: number
  /** What models would have done better for any of its pictures, and were not here for. */
  readonly degraded: readonly string[]
}

export interface BatchItem {
  readonly position: number
  readonly label: string
  readonly state: ItemState
  readonly attempts: number
  /** Why it failed, or why its last attempt did. */
  readonly problem: SerialisedProblem | undefined
  /** What models would have done better for its results, and were not here for. */
  readonly degraded: readonly string[]
  /** How far it has come, 0–1; absent unless it is under way and can tell. */
  readonly fraction: number | undefined
  readonly startedAt: number | undefined
  readonly endedAt: number | undefined
  readonly results: readonly ItemResult[]
}

export interface ItemResult {
  /** Place among the outputs, from 0. */
  readonly output: number
  readonly name: string | undefined
  readonly format: MadeFormat
  readonly width: number
  readonly height: number
  /** Bytes. */
  readonly size: number
  /** The image it has become. */
  readonly image: { readonly path: string; readonly hash: string } | undefined
  /** The object in a bucket that it has become. */
  readonly object: StoredObject | undefined
  /** Of what is no picture. */
  readonly content: string | undefined
}

/** A picture in the hands of this process until its lease ends. */
export interface ClaimedItem {
  readonly batchId: BatchId
  readonly projectId: ProjectId
  readonly position: number
  /** The request's JSON. */
  readonly request: string
  readonly source: ItemSource
  /** How often it has been taken up since its owner asked for it, this time included. */
  readonly attempt: number
  /** Tells a lost lease. */
  readonly lease: number
  /** What models would have done better for its results so far, and were not here for. */
  readonly degraded: readonly string[]
}
