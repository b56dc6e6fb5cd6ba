/**
 * Images that look alike: by the perceptual hash of their facts, whatever their format, size and quality.
 *
 * Fingerprints are taken in the background after an upload ({@link NearImages.lookAtNext}); an answer says how many
 * images nobody has looked at yet. See bands.ts for how neighbours are found among many.
 */
import { analysisRevisions, Problem } from '@fovea/core'
import { type Image, imagesOf } from '../assets/index.ts'
import type { Database } from '../db/index.ts'
import type { Project } from '../projects/index.ts'
import type { FactService } from './fact-service.ts'
import { type GroupPage, listNearGroups } from './near-groups.ts'
import {
  countUnseen,
  findFingerprint,
  findNear,
  findUnseen,
  storeFingerprint,
  type Unseen,
} from './near-queries.ts'

export interface NearImagesOptions {
  readonly database: Database
  readonly facts: Pick<FactService, 'of'>
}

export interface SimilarImages {
  /** Of the image asked for; `null` when it is flat or cannot be looked at. */
  readonly fingerprint: string | null
  /** The nearest first. */
  readonly found: readonly { readonly image: Image; readonly distance: number }[]
  /** Images of the project without a fingerprint yet. */
  readonly unseen: number
}

export interface DuplicateGroups {
  readonly groups: readonly { readonly images: readonly Image[]; readonly count: number }[]
  readonly next: string | undefined
  readonly unseen: number
}

const revision = analysisRevisions.facts
/** So many failures in a row are the storage's, not the images'. */
const mostLater = 100

export class NearImages {
  readonly #database: Database
  readonly #facts: NearImagesOptions['facts']
  readonly #later = new Set<string>()

  constructor({ database, facts }: NearImagesOptions) {
    this.#database = database
    this.#facts = facts
  }

  /** Looks at the image first when nobody has. @throws Problem `capacity/…`, `storage/failed` */
  async similarTo(
    { id: projectId }: Project,
    { hash, facts }: Image,
    { maxDistance, limit }: { readonly maxDistance: number; readonly limit: number },
  ): Promise<SimilarImages> {
    const { queries } = this.#database
    const stored = await findFingerprint(this.#database, { projectId, hash, revision })
    const fingerprint = stored === undefined ? await this.#lookAt({ projectId, hash, facts }) : stored
    const unseen = await countUnseen(queries, projectId, revision)
    if (fingerprint === null) return { fingerprint, found: [], unseen }
    const near = (await findNear(this.#database, projectId, { hash, fingerprint }, maxDistance)).slice(
      0,
      limit,
    )
    const distances = new Map(near.map((each) => [each.hash, each.distance]))
    const images = await imagesOf(queries, projectId, [...distances.keys()])
    const found = images.map((image) => ({ image, distance: distances.get(image.hash) ?? 0 }))
    return { fingerprint, found, unseen }
  }

  async duplicates({ id: projectId }: Project, page: GroupPage): Promise<DuplicateGroups> {
    const { queries } = this.#database
    const [{ groups, next }, unseen] = await Promise.all([
      listNearGroups(this.#database, projectId, page),
      countUnseen(queries, projectId, revision),
    ])
    const images = await imagesOf(
      queries,
      projectId,
      groups.flatMap(({ hashes }) => hashes),
    )
    const byHash = new Map(images.map((image) => [image.hash, image]))
    return {
      groups: groups.map(({ hashes, count }) => ({
        count,
        images: hashes.flatMap((hash) => byHash.get(hash) ?? []),
      })),
      next,
      unseen,
    }
  }

  /**
   * Takes the fingerprint of one image that has none; `false` when there is none to take now. What could not be looked
   * at this time waits until the others have been.
   * @throws Problem `capacity/…`, `storage/failed`
   */
  async lookAtNext(): Promise<boolean> {
    const unseen = await findUnseen(this.#database, revision, this.#later.size + 1)
    const next = unseen.find(({ projectId, hash }) => !this.#later.has(`${projectId}/${hash}`))
    if (next === undefined || this.#later.size >= mostLater) {
      this.#later.clear()
      return false
    }
    this.#later.add(`${next.projectId}/${next.hash}`)
    await this.#lookAt(next)
    this.#later.delete(`${next.projectId}/${next.hash}`)
    return true
  }

  /** What cannot be looked at is not tried again until the analysis changes. */
  async #lookAt({ projectId, hash, facts }: Unseen): Promise<string | null> {
    const fingerprint = await this.#facts
      .of({ id: projectId }, { hash, facts })
      .then(({ perceptualHash }) => perceptualHash)
      .catch((error: unknown) => {
        if (error instanceof Problem && !isTransient(error)) return null
        throw error
      })
    await storeFingerprint(this.#database, { projectId, hash, revision }, fingerprint)
    return fingerprint === null
      ? null
      : ((await findFingerprint(this.#database, { projectId, hash, revision })) ?? null)
  }
}

function isTransient({ code }: Problem): boolean {
  return code.startsWith('capacity/') || code === 'storage/failed'
}
