/**
 * Pictures beside the source: opened before planning, made ready when a step wants one, once for the whole run.
 *
 * Each passes the limits that a source passes. A layer is held to the end of the run, so that several outputs and all
 * frames of an animation share its decoding.
 */
import {
  exifOrientationSteps,
  type Limits,
  type PictureFacts,
  Problem,
  pack,
  pictureFacts,
  problem,
  rewrite,
  type Step,
} from '@fovea/core/model'
import { execute } from './execute.ts'
import {
  frameOf,
  has16Bit,
  type Image,
  is16Bit,
  type PictureStep,
  type Pictures,
  type Raster,
  type SourceImage,
  spaceOf,
} from './image.ts'
import { decodeForeign, open } from './open.ts'
import type { EngineSource } from './pool/protocol.ts'
import { sharpProfile } from './sharp/profile.ts'
import type { WorkingSpace } from './sharp/profiles.ts'

/**
 * Opens all pictures that a request names; `undefined` when it names none.
 * @throws Problem as `open` does, naming the picture
 */
export async function openPictures(
  sources: Readonly<Record<string, EngineSource>>,
  limits: Limits,
): Promise<Pictures | undefined> {
  if (Object.keys(sources).length === 0) return undefined
  const opened = new Map<string, SourceImage>()
  for (const [key, source] of Object.entries(sources)) {
    opened.set(key, await naming(key, open(source, limits)))
  }
  return new OpenedPictures(opened)
}

class OpenedPictures implements Pictures {
  readonly facts: Readonly<Record<string, PictureFacts>>
  readonly #opened: ReadonlyMap<string, SourceImage>
  readonly #decoded = new Map<string, Promise<SourceImage>>()
  readonly #layers = new Map<string, Promise<Raster>>()

  constructor(opened: ReadonlyMap<string, SourceImage>) {
    this.#opened = opened
    this.facts = Object.fromEntries([...opened].map(([key, { facts }]) => [key, pictureFacts(facts)]))
  }

  layer({ picture, layer }: PictureStep, base: Raster): Promise<Raster> {
    const like = { isDeep: is16Bit(base), space: spaceOf(base) }
    const id = JSON.stringify([picture, layer, like])
    const known = this.#layers.get(id)
    if (known !== undefined) return known
    const made = naming(picture, this.#make(picture, layer, like))
    this.#layers.set(id, made)
    return made
  }

  async #make(
    key: string,
    layer: readonly Step[],
    { isDeep, space }: { readonly isDeep: boolean; readonly space: WorkingSpace },
  ): Promise<Raster> {
    const source = await this.#decode(key)
    let image: Image = { ...source, isUprighted: true, keeps16Bit: isDeep && has16Bit(source.facts), space }
    const frame = frameOf(image)
    const steps = [...exifOrientationSteps(source.facts.orientation), ...layer]
    const { shrinksOnLoad } = source.codec
    for (const pass of pack(rewrite(steps, frame, { shrinksOnLoad }), frame, sharpProfile)) {
      image = await execute(pass, image)
    }
    return image.kind === 'raster' ? image : execute([], image)
  }

  #decode(key: string): Promise<SourceImage> {
    const known = this.#decoded.get(key)
    if (known !== undefined) return known
    const source = this.#opened.get(key)
    if (source === undefined) throw new TypeError(`a step names the picture ${key}, which was not opened`)
    const decoded = decodeForeign(source)
    this.#decoded.set(key, decoded)
    return decoded
  }
}

/** What is wrong with a picture is said of the picture, not of the source. */
async function naming<T>(key: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const { code, message, members, retryAfterSeconds, cause } = error
    const detail = `The picture ${key}: ${message}`
    throw problem(code, { detail, members: { ...members, picture: key }, retryAfterSeconds, cause })
  }
}
