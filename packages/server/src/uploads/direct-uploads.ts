/**
 * Uploads that go straight to the bucket: the server says where, a browser posts the file there, and whoever did so
 * confirms. Then the bytes are read, judged and stored as those of any other upload.
 *
 * What lies in the bucket meanwhile is nothing to the product: it may be overwritten while the form is valid, and is
 * removed when it has been confirmed or refused, or by a sweep when nobody waits for it any more.
 */
import { Problem, problem } from '@fovea/core'
import type { AssetService } from '../assets/index.ts'
import type { DirectUpload, StorageDriver } from '../storage/index.ts'
import type { Announced, Owner, PendingUpload, PendingUploads } from './pending-uploads.ts'
import { tooLarge } from './stage.ts'
import type { Uploaded, UploadService } from './upload-service.ts'

/** A file that was posted in time may be confirmed so much later, ms. */
const confirmMs = 60 * 60 * 1000
const folder = 'incoming/'

export interface DirectUploadsOptions {
  readonly driver: StorageDriver
  readonly pending: PendingUploads
  readonly uploads: UploadService
  readonly assets: Pick<AssetService, 'get'>
  /** Called with what failed after the answer was already decided. */
  readonly onError: (error: unknown) => void
}

export class DirectUploads {
  readonly #options: DirectUploadsOptions

  constructor(options: DirectUploadsOptions) {
    this.#options = options
  }

  /** The form for an upload, and the token that confirms it; `undefined` where uploads go through the server. */
  async announce(
    { project }: Pick<Owner, 'project'>,
    announced: Omit<Announced, 'kind'>,
  ): Promise<(DirectUpload & { readonly token: string }) | undefined> {
    const { driver, pending } = this.#options
    if (driver.directUpload === undefined) return undefined
    const { token, id } = await pending.announce(project.id, {
      ...announced,
      kind: 'post',
      expiresAt: announced.expiresAt + confirmMs,
    })
    return { token, ...driver.directUpload(folder + id, announced) }
  }

  /**
   * Makes what was posted an image. Confirming twice, also at once, answers the same image.
   * @throws Problem `upload/not-found` while nothing has come, `source/too-large`, and those of storing
   */
  async confirm(token: string, signal: AbortSignal): Promise<{ owner: Owner; uploaded: Uploaded }> {
    const { driver, pending, uploads, onError } = this.#options
    const upload = await pending.find('post', token)
    const owner = await pending.ownerOf(upload)
    const before = await this.#stored(owner, upload)
    if (before !== undefined) return { owner, uploaded: before }
    const key = folder + upload.id
    try {
      const uploaded = await this.#store(owner, upload, signal)
      await driver.delete([key]).catch(onError)
      return { owner, uploaded }
    } catch (error) {
      // Another was faster: the path is taken, the address used, the file gone.
      const meanwhile = await this.#stored(owner, await pending.find('post', token))
      if (meanwhile !== undefined) return { owner, uploaded: meanwhile }
      // What is wrong with the bytes stays wrong; what is wrong with the server may pass.
      if (error instanceof Problem && error.status < 499) await driver.delete([key]).catch(onError)
      throw uploads.storageProblem(error)
    }
  }

  /** Removes what nobody waits for any more. */
  async sweep(): Promise<void> {
    const { driver, pending } = this.#options
    let cursor: string | undefined
    do {
      const page = await driver.list(folder, { limit: 500, ...(cursor === undefined ? {} : { cursor }) })
      cursor = page.cursor
      const awaited = await pending.unfinished(page.objects.map(({ key }) => key.slice(folder.length)))
      const left = page.objects.filter(({ key }) => !awaited.has(key.slice(folder.length)))
      await driver.delete(left.map(({ key }) => key))
    } while (cursor !== undefined)
  }

  /** What an earlier confirmation made. */
  async #stored({ project }: Owner, { imageId, path = '' }: PendingUpload): Promise<Uploaded | undefined> {
    if (imageId === undefined) return undefined
    return { image: await this.#options.assets.get(project, imageId), path, isNew: false }
  }

  async #store(owner: Owner, upload: PendingUpload, signal: AbortSignal): Promise<Uploaded> {
    const { driver, uploads } = this.#options
    const key = folder + upload.id
    const info = await driver.head(key, { signal })
    if (info === undefined) throw nothingThere()
    if (info.size > upload.maxBytes) throw tooLarge(upload.maxBytes)
    await uploads.checkAllowance(owner.project, owner.allowance, info.size)
    const found = await driver.get(key, { signal })
    if (found === undefined) throw nothingThere()
    const staged = await uploads.receive(found.body, { signal, maxBytes: upload.maxBytes })
    return uploads.storeAnnounced(owner, upload, staged)
  }
}

function nothingThere(): Problem {
  return problem('upload/not-found', { detail: 'Nothing has been posted to the bucket yet.' })
}
