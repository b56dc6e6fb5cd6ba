/**
 * Our own JSON requests, from what came over the wire to finished files or images of the project.
 *
 * The caller holds a key of the project, so private images and every address of the web may be named. All outputs are
 * made in one run or none is; only then are those to be stored stored, one after the other.
 */
import {
  type AcceptBucket,
  type Digest,
  isFormat,
  type Limits,
  mediaTypeOf,
  Problem,
  splitExtension,
  traitsOf,
} from '@fovea/core'
import { type JsonPipelineRequest, jsonPipeline, type StoreWish } from '@fovea/core/dialects/json'
import { type ProducedFrom, produce } from '../delivery/index.ts'
import type { Owner, StagedFile, Uploaded, UploadService } from '../uploads/index.ts'
import { type DryRun, foresee } from './dry-run.ts'
import { readJsonWithFile } from './json-with-file.ts'
import { oneChunk } from './one-chunk.ts'
import { type Opener, openSource } from './open-source.ts'
import { productionOf } from './production.ts'
import { type ObjectStores, type StoredObject, storeObject, writableOrigin } from './store-objects.ts'

type Producer = Parameters<typeof produce>[1]
type Produced = Awaited<ReturnType<typeof produce>>
type Made = Produced['outputs'][number]

export interface JsonPipelinesOptions extends Producer, Omit<Opener, keyof ObjectStores> {
  readonly origins: Opener['origins'] & ObjectStores['origins']
  readonly sources: Opener['sources'] & ObjectStores['sources']
  readonly uploads: UploadService
  readonly limits: Limits
  readonly digest: Digest
}

/** A request as it came: its JSON, and the picture beside or inside it. */
export interface ReceivedPipeline {
  readonly value: unknown
  readonly file: StagedFile | undefined
  /** What `format: auto` may choose from. */
  readonly accept: AcceptBucket
}

export interface MadeResult extends Made {
  readonly name: string | undefined
  /** The image, or the object, it has become. */
  readonly stored: Stored | undefined
}

export type Stored =
  | { readonly kind: 'image'; readonly image: Uploaded }
  | { readonly kind: 'object'; readonly object: StoredObject }

export type PipelineResult =
  | { readonly kind: 'dry'; readonly isList: boolean; readonly dry: DryRun }
  | {
      readonly kind: 'made'
      readonly isList: boolean
      readonly outputs: readonly MadeResult[]
      readonly degraded: Produced['degraded']
    }

interface Opened extends Owner {
  readonly request: JsonPipelineRequest
  readonly source: ProducedFrom
}

/** A JSON body: base64 is a third longer than the file, and there is some text around it. */
const bodyShare = 4 / 3
const bodyRoom = 256 * 1024

export class JsonPipelines {
  readonly #options: JsonPipelinesOptions

  constructor(options: JsonPipelinesOptions) {
    this.#options = options
  }

  /** Receives a picture that came beside the JSON; `run` discards it. @throws Problem `source/…` */
  receiveFile(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<StagedFile> {
    const { reader, limits } = this.#options
    return reader.receive(bytes, limits.maxSourceBytes, signal)
  }

  /** Reads a JSON body to its end; `run` discards its file. @throws Problem `request/malformed`, `source/…` */
  async receiveJson(
    body: AsyncIterable<Buffer>,
    signal: AbortSignal,
  ): Promise<Pick<ReceivedPipeline, 'value' | 'file'>> {
    const { maxSourceBytes } = this.#options.limits
    let file: StagedFile | undefined
    const options = {
      maxBytes: Math.ceil(maxSourceBytes * bodyShare) + bodyRoom,
      receive: (bytes: AsyncIterable<Uint8Array>) => this.receiveFile(bytes, signal),
    }
    try {
      return await readJsonWithFile(body, options, (received) => {
        file = received
      })
    } catch (error) {
      await file?.discard()
      throw error
    }
  }

  /** @throws Problem of the request, the source, the engine, the quota or the storage */
  async run(
    { project, allowance }: Owner,
    received: ReceivedPipeline,
    signal: AbortSignal,
  ): Promise<PipelineResult> {
    const files = received.file === undefined ? [] : [received.file]
    try {
      const request = jsonPipeline.parse(received.value, received.accept, this.#options.limits)
      const source = await openSource(project, request.source, this.#options, { files, signal })
      return await this.#make({ project, allowance, request, source }, signal).catch((error: unknown) => {
        throw error instanceof Problem ? jsonPipeline.pointed(error, request.outputs) : error
      })
    } finally {
      for (const file of files) await file.discard()
    }
  }

  async #make({ project, allowance, request, source }: Opened, signal: AbortSignal): Promise<PipelineResult> {
    const { isList, outputs } = request
    const production = await productionOf(project, request, source, this.#options)
    for (const { store } of outputs)
      if (store?.kind === 'object') await writableOrigin(this.#options, project, store)
    if (request.dryRun) {
      const counted = production.outputs.filter(({ output }) => output.kind === 'image')
      const transforms = new Set(counted.map(({ transformId }) => transformId)).size
      const known = { source, pictures: production.pictures, limits: this.#options.limits, transforms }
      return { kind: 'dry', isList, dry: foresee(request, known) }
    }
    const { outputs: made, degraded } = await produce(production, this.#options, { signal })
    const results: MadeResult[] = []
    for (const [index, output] of made.entries()) {
      const { name, store } = outputs[index] ?? {}
      results.push({
        ...output,
        name,
        stored: await this.#store({ project, allowance }, store, output, signal),
      })
    }
    return { kind: 'made', isList, outputs: results, degraded }
  }

  async #store(
    { project, allowance }: Owner,
    wish: StoreWish | undefined,
    { bytes, format }: Made,
    signal: AbortSignal,
  ): Promise<Stored | undefined> {
    if (wish === undefined) return undefined
    // A path without an extension would name a folder.
    const isWhole = splitExtension(wish.path).extension !== '' || !isFormat(format)
    const path = isWhole ? wish.path : `${wish.path}.${traitsOf(format).extensions[0]}`
    if (wish.kind === 'object') {
      const file = { wish: { ...wish, path }, bytes, mediaType: mediaTypeOf(format), signal }
      return { kind: 'object', object: await storeObject(this.#options, project, file) }
    }
    const { uploads } = this.#options
    const staged = await uploads.receive(oneChunk(bytes), { signal })
    const fileName = path.slice(path.lastIndexOf('/') + 1)
    const image = await uploads.store(project, staged, {
      fileName,
      targetPath: path,
      visibility: wish.visibility,
      allowance,
      signal,
    })
    return { kind: 'image', image }
  }
}
