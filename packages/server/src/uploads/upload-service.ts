/**
 * An upload from first byte to durable image: receive, probe in a child process, store, commit, announce.
 *
 * When it resolves, file and row are on disk: a kill or a power cut right after the answer loses nothing. A kill
 * before leaves a temporary file or a file without a row, and the next start removes both.
 */
import { type Format, type Limits, problem, traitsOf } from '@fovea/core'
import type { EnginePool } from '@fovea/engine/pool'
import { announceAsset, type BlobStore, type Image, imageId, type Visibility } from '../assets/index.ts'
import type { Changes } from '../changes.ts'
import type { Database, TransactionQueries } from '../db/index.ts'
import type { EventSink } from '../events/index.ts'
import { mustTakeUploads, type Project } from '../projects/index.ts'
import { isDiskFailure, StorageError, type TemporaryFiles } from '../storage/index.ts'
import { type Allowance, checkAllowance } from './allowance.ts'
import { commitNew } from './commit-new.ts'
import { type Committed, commitUpload, type ReceivedImage } from './commit-upload.ts'
import { alreadyUsed, type Owner, type PendingUpload, useUp } from './pending-uploads.ts'
import { type StagedFile, stage } from './stage.ts'
import { targetPath } from './target-path.ts'

export interface UploadServiceOptions {
  readonly database: Database
  readonly blobs: BlobStore
  readonly temporary: TemporaryFiles
  readonly changes: Changes
  readonly events: EventSink
  readonly pool: Pick<EnginePool, 'probe'>
  readonly limits: Limits
  /** Called with what failed after the answer was already decided. */
  readonly onError: (error: unknown) => void
}

export interface UploadDetails {
  /** As the client sent it; may be empty. */
  readonly fileName: string
  readonly targetPath: string | undefined
  readonly visibility: Visibility | undefined
  /** `targetPath` is checked and names the image itself, whatever its extension. */
  readonly isWholePath?: boolean
  /** Unbounded when absent. */
  readonly allowance?: Allowance | undefined
  /** Media type that the bytes must be of. */
  readonly contentType?: string | undefined
  /** Whether what lies at the path gets a new version (so by default) or the upload is refused. */
  readonly mayReplace?: boolean
  /** Done in the transaction that makes the image exist; what it throws undoes all. */
  readonly within?: (queries: TransactionQueries, image: Image) => Promise<void>
  readonly signal?: AbortSignal
}

export interface Uploaded {
  readonly image: Image
  /** The path this upload went to. */
  readonly path: string
  /** The project had no image of these bytes. */
  readonly isNew: boolean
}

const maxOriginalName = 255
/** Each one more needs a removal of the same bytes at just that moment. */
const maxPuts = 10

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
   * Whether the project may take so many more bytes. Asked before they come; storing asks again.
   * @throws Problem `quota/exceeded`
   */
  checkAllowance(project: Project, allowance: Allowance, bytes: number): Promise<void> {
    return checkAllowance(this.#options.database.queries, project.id, allowance, bytes)
  }

  /**
   * Receives the bytes; the caller finishes with `store` or discards.
   * @throws Problem `source/too-large`, `source/empty`
   */
  async receive(
    source: AsyncIterable<Uint8Array>,
    { signal, maxBytes = this.maxBytes }: { signal?: AbortSignal; maxBytes?: number } = {},
  ): Promise<StagedFile> {
    const { blobs, temporary } = this.#options
    try {
      // A bucket reads the file at once, and nobody reads it then.
      return await stage(source, { temporary, maxBytes, signal, isKept: blobs.isLocal })
    } catch (error) {
      throw this.storageProblem(error)
    }
  }

  /**
   * Makes a received file an image of the project and removes the temporary name.
   * @throws Problem of the probe (`source/…`), `request/invalid-parameter` for the path, `quota/exceeded`
   */
  async store(project: Project, staged: StagedFile, details: UploadDetails): Promise<Uploaded> {
    try {
      return await this.#store(project, staged, details)
    } finally {
      await staged.discard()
    }
  }

  /**
   * Makes a received file the image that was announced, if it is like that, and uses the announcement up.
   * @throws Problem those of `store`, `request/invalid-parameter` for too few bytes, `source/unsupported` for another
   * type, `asset/conflict`, `upload/used`
   */
  async storeAnnounced(owner: Owner, upload: PendingUpload, staged: StagedFile): Promise<Uploaded> {
    try {
      if (upload.imageId !== undefined) throw alreadyUsed()
      checkSize(staged, upload)
      return await this.#store(owner.project, staged, {
        fileName: upload.fileName,
        targetPath: upload.path,
        isWholePath: upload.kind !== 'tus',
        visibility: upload.visibility,
        allowance: owner.allowance,
        contentType: upload.contentType,
        mayReplace: upload.overwrite,
        within: (queries, image) => useUp(queries, upload.id, image.id),
      })
    } finally {
      await staged.discard()
    }
  }

  async #store(project: Project, staged: StagedFile, details: UploadDetails): Promise<Uploaded> {
    const { blobs, changes, pool, limits, onError } = this.#options
    const { signal } = details
    mustTakeUploads(project)
    // Refuse a bad path before a child spends time; the format only matters for a missing extension.
    pathOf(details, 'jpeg')
    const [facts] = await Promise.all([
      pool.probe({ path: staged.path }, limits, {
        sourceId: `${project.id}/${staged.hash}`,
        ...(signal === undefined ? {} : { signal }),
      }),
      this.#flushed(staged),
    ])
    checkType(details.contentType, facts.format)
    const fileName = isNamed(details) ? details.fileName : imageId(staged.hash)
    const path = pathOf({ ...details, fileName }, facts.format)
    const received = {
      projectId: project.id,
      path,
      hash: staged.hash,
      size: staged.size,
      facts,
      originalFilename: displayName(details.fileName),
      visibility: details.visibility,
      allowance: details.allowance,
      mayReplace: details.mayReplace ?? true,
      within: details.within,
    }
    try {
      const { image, isNew, changed, released } = await this.#commit(received, staged.path)
      for (const asset of changed) announceAsset(changes, project.id, asset, false)
      for (const blob of released) await blobs.removeUnreferenced(project.id, blob).catch(onError)
      return { image, path, isNew }
    } catch (error) {
      await blobs.removeUnreferenced(project.id, staged.hash).catch(onError)
      throw this.storageProblem(error)
    }
  }

  /** Puts the file and commits its row; again when a sweep or another's deletion took the file in between. */
  async #commit(received: Omit<ReceivedImage, 'stored'>, path: string): Promise<Committed> {
    const { projectId, hash } = received
    for (let attempt = 0; attempt < maxPuts; attempt++) {
      const stored = await this.#options.blobs.put(projectId, hash, { path })
      const complete = { ...received, stored }
      const committed =
        (await commitNew(this.#options, complete)) ?? (await commitUpload(this.#options, complete))
      if (committed !== undefined) return committed
    }
    throw new StorageError(`The original ${hash} was removed ${maxPuts} times while it was stored`)
  }

  async #flushed({ flushed }: StagedFile): Promise<void> {
    try {
      await flushed
    } catch (error) {
      throw this.storageProblem(error)
    }
  }

  /** A failing disk or bucket is the operator's business: reported to them, and 503 for the client. */
  storageProblem(error: unknown): unknown {
    if (!isDiskFailure(error) && !(error instanceof StorageError)) return error
    this.#options.onError(error)
    return problem('storage/failed', {
      detail: 'The image cannot be stored right now.',
      retryAfterSeconds: 60,
      cause: error,
    })
  }
}

/**
 * What has no name is called by its id: under one name for all, each would replace the one before. `blob` is what
 * browsers call it. Source: XMLHttpRequest Standard, "create an entry"
 */
function isNamed({ fileName }: UploadDetails): boolean {
  return fileName !== '' && fileName !== 'blob'
}

function pathOf({ targetPath: wanted, isWholePath, fileName }: UploadDetails, format: Format): string {
  return isWholePath === true && wanted !== undefined ? wanted : targetPath(wanted, fileName, format)
}

function checkSize({ size }: StagedFile, { minBytes }: PendingUpload): void {
  if (size >= minBytes) return
  throw problem('request/invalid-parameter', {
    detail: `The file has ${size} bytes; at least ${minBytes} were announced.`,
    members: { actualBytes: size, leastBytes: minBytes },
  })
}

function checkType(contentType: string | undefined, format: Format): void {
  const { mime } = traitsOf(format)
  if (contentType === undefined || contentType === mime) return
  throw problem('source/unsupported', {
    detail: `The file is ${mime}; ${contentType} was announced.`,
    members: { announced: contentType, actual: mime },
  })
}

/** The client's file name as lists show it: any characters but controls, not too long. */
function displayName(fileName: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
  const name = fileName.toWellFormed().replace(/[\u0000-\u001f\u007f-\u009f]/g, '')
  return [...name].slice(0, maxOriginalName).join('') || 'image'
}
