/**
 * Iteration Layer's transformation, from its body to the finished file. What it answers with is the HTTP layer's.
 *
 * Everything that can be refused without the picture is refused before it is fetched.
 */
import { type Digest, type Limits, mediaTypeOf, Problem, problem, transformId } from '@fovea/core'
import { type IterationLayerRequest, iterationLayer } from '@fovea/core/dialects/json'
import { type ProducedFrom, type Production, produce } from '../delivery/index.ts'
import type { StagedFile } from '../uploads/index.ts'
import { decodeBase64 } from './base64-decoder.ts'
import { isLifted, readJsonWithFile } from './json-with-file.ts'
import type { SourceReader } from './sources.ts'

/** The vendor's limits, bytes. */
const maxBodyBytes = 60 * 1024 * 1024
const maxFileBytes = 50 * 1024 * 1024

type Producer = Parameters<typeof produce>[1]
type MadeFor = Production['project']

export interface IterationLayerOptions extends Producer {
  readonly reader: SourceReader
  readonly limits: Limits
  readonly digest: Digest
}

export interface MadeFile {
  readonly bytes: Uint8Array
  readonly mediaType: string
  /** What models would have done better, and are not here for. */
  readonly degraded: readonly string[]
}

/** A request that was read, with the file that came in it. */
export interface ReceivedTransform {
  readonly request: IterationLayerRequest
  /** Absent for an address. */
  readonly file: StagedFile | undefined
}

export class IterationLayerTransforms {
  readonly #options: IterationLayerOptions

  constructor(options: IterationLayerOptions) {
    this.#options = options
  }

  /**
   * Reads a body to its end. The caller discards the file.
   * @throws Problem `request/…`, `pipeline/…`, `operation/…`, `source/too-large`, `origin/forbidden`
   */
  async receive(body: AsyncIterable<Buffer>, signal: AbortSignal): Promise<ReceivedTransform> {
    const { reader, limits } = this.#options
    const maxBytes = Math.min(maxFileBytes, limits.maxSourceBytes)
    const received: StagedFile[] = []
    try {
      const options = {
        maxBytes: maxBodyBytes,
        receive: (bytes: AsyncIterable<Uint8Array>) => reader.receive(bytes, maxBytes, signal),
      }
      const { value } = await readJsonWithFile(body, options, (file) => received.push(file))
      const request = iterationLayer.parse(value, limits)
      if (request.webhookUrl !== undefined) reader.checkRemote(request.webhookUrl)
      if (request.file.kind === 'url') reader.checkRemote(request.file.url)
      else if (!isLifted(request.file.base64)) {
        const bytes = decodeBase64(request.file.base64)
        received.push(await reader.receive(once(bytes), maxBytes, signal))
      }
      const file = request.file.kind === 'url' ? undefined : received.pop()
      if (request.file.kind === 'base64' && file === undefined)
        throw problem('request/malformed', { detail: 'file.base64 is not base64.' })
      // A long text that nobody asked for.
      for (const other of received) await other.discard()
      return { request, file }
    } catch (error) {
      for (const file of received) await file.discard()
      throw error
    }
  }

  /**
   * Makes the file. Discards what came.
   * @throws Problem of the fetch, the picture, the engine or the quota, naming the operation where it was one
   */
  async make(project: MadeFor, { request, file }: ReceivedTransform, signal: AbortSignal): Promise<MadeFile> {
    const source = file ?? (await this.#fetch(request, signal))
    try {
      const opened = await this.#options.reader.open(project.id, source, signal)
      return await this.#produce(project, request, opened, signal)
    } finally {
      await source.discard()
    }
  }

  #fetch({ file }: IterationLayerRequest, signal: AbortSignal): Promise<StagedFile> {
    if (file.kind !== 'url') throw new TypeError('a request with base64 came without its file')
    const { reader, limits } = this.#options
    return reader.fetch(file, Math.min(maxFileBytes, limits.maxSourceBytes), signal)
  }

  async #produce(
    project: MadeFor,
    request: IterationLayerRequest,
    source: ProducedFrom,
    signal: AbortSignal,
  ): Promise<MadeFile> {
    const { digest } = this.#options
    const { pipeline, output, places } = iterationLayer.compile(request, source.facts.format)
    const decode = { orient: true }
    const id = transformId(digest, { decode, pipeline, output }, { source: source.hash })
    try {
      const { outputs, degraded } = await produce(
        {
          project,
          source,
          pictures: new Map(),
          decode,
          outputs: [{ pipeline, output, transformId: id }],
        },
        this.#options,
        { signal },
      )
      const [made] = outputs
      if (made === undefined) throw new Error('the engine returned no output')
      return { bytes: made.bytes, mediaType: mediaTypeOf(made.format), degraded }
    } catch (error) {
      throw error instanceof Problem ? iterationLayer.named(error, places) : error
    }
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
