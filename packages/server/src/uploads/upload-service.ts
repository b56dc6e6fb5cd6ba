/**
 * An upload from first byte to durable image: receive, probe in a child process, store, commit, announce.
 *
 * When it resolves, file and row are on disk: a kill or a power cut right after the answer loses nothing. A kill
 * before leaves a temporary file or a file without a row, and the next start removes both.
 */
import { type Limits, Problem, problem } from '@fovea/core'
import type { EnginePool } from '@fovea/engine/pool'
import { announceAsset, type BlobStore, type Image, type Visibility } from '../assets/index.ts'
import type { Changes } from '../changes.ts'
import type { Database } from '../db/index.ts'
import type { Project } from '../projects/index.ts'
import { isErrno, type TemporaryFiles } from '../storage/index.ts'
import { commitUpload } from './commit-upload.ts'
import { type StagedFile, stage } from './stage.ts'
import { targetPath } from './target-path.ts'

export interface UploadServiceOptions {
  readonly database: Database
  readonly blobs: BlobStore
  readonly temporary: TemporaryFiles
  readonly changes: Changes
  readonly pool: Pick<EnginePool, 'probe'>
  readonly limits: Limits
  /** Called with what failed after the answer was already decided. */
  readonly onError: (error: unknown) => void
}

export interface UploadDetails {
  /** As the client sent it. */
  readonly fileName: string
  readonly targetPath: string | undefined
  readonly visibility: Visibility | undefined
}

export interface Uploaded {
  readonly image: Image
  /** The path this upload went to. */
  readonly path: string
  /** The project had no image of these bytes. */
  readonly isNew: boolean
}

const maxOriginalName = 255
const diskFailures = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'SQLITE_FULL', 'SQLITE_IOERR'] as const

export class UploadService {
  readonly #options: UploadServiceOptions

  constructor(options: UploadServiceOptions) {
    this.#options = options
  }

  /** Largest file that is taken, bytes. */
  get maxBytes(): number {
    return this.#options.limits.maxSourceBytes
  }

  /**
   * Receives the bytes; the caller finishes with `store` or discards.
   * @throws Problem `source/too-large`, `source/empty`
   */
  async receive(source: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<StagedFile> {
    try {
      return await stage(source, { temporary: this.#options.temporary, maxBytes: this.maxBytes, signal })
    } catch (error) {
      throw this.#diskProblem(error)
    }
  }

  /**
   * Makes a received file an image of the project and removes the temporary name.
   * @throws Problem of the probe (`source/…`), `request/invalid-parameter` for the path
   */
  async store(
    project: Project,
    staged: StagedFile,
    details: UploadDetails,
    signal?: AbortSignal,
  ): Promise<Uploaded> {
    try {
      return await this.#store(project, staged, details, signal)
    } finally {
      await staged.discard()
    }
  }

  async #store(
    project: Project,
    staged: StagedFile,
    details: UploadDetails,
    signal: AbortSignal | undefined,
  ): Promise<Uploaded> {
    const { database, blobs, changes, pool, limits, onError } = this.#options
    // Refuse a bad path before a child spends time; the format only matters for a missing extension.
    targetPath(details.targetPath, details.fileName, 'jpeg')
    const facts = await pool.probe({ path: staged.path }, limits, {
      sourceId: `${project.id}/${staged.hash}`,
      ...(signal === undefined ? {} : { signal }),
    })
    const path = targetPath(details.targetPath, details.fileName, facts.format)
    const received = {
      projectId: project.id,
      path,
      hash: staged.hash,
      size: staged.size,
      facts,
      originalFilename: displayName(details.fileName),
      visibility: details.visibility,
      stagedPath: staged.path,
    }
    try {
      await blobs.put(project.id, staged.hash, { path: staged.path })
      const { image, isNew, changed, released } = await commitUpload(database, blobs, received)
      for (const asset of changed) announceAsset(changes, project.id, asset, false)
      for (const blob of released) await blobs.removeUnreferenced(project.id, blob).catch(onError)
      return { image, path, isNew }
    } catch (error) {
      if (!(error instanceof Problem)) await blobs.removeUnreferenced(project.id, staged.hash).catch(onError)
      throw this.#diskProblem(error)
    }
  }

  /** A full or failing disk is the operator's business: reported to them, and 503 for the client. */
  #diskProblem(error: unknown): unknown {
    if (!diskFailures.some((code) => isErrno(error, code))) return error
    this.#options.onError(error)
    return problem('storage/failed', {
      detail: 'The image cannot be stored right now.',
      retryAfterSeconds: 60,
      cause: error,
    })
  }
}

/** The client's file name as lists show it: any characters but controls, not too long. */
function displayName(fileName: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
  const name = fileName.toWellFormed().replace(/[\u0000-\u001f\u007f-\u009f]/g, '')
  return [...name].slice(0, maxOriginalName).join('') || 'image'
}
