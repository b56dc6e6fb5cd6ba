/** From the source that a JSON request names to a file whose header is known. */
import { problem } from '@fovea/core'
import type { JsonSource } from '@fovea/core/dialects/json'
import type { AssetService } from '../assets/index.ts'
import { type Finder, locate, type ProducedFrom } from '../delivery/index.ts'
import type { Project } from '../projects/index.ts'
import type { StagedFile } from '../uploads/index.ts'
import { decodeBase64 } from './base64-decoder.ts'
import { isLifted } from './json-with-file.ts'
import { oneChunk } from './one-chunk.ts'
import type { SourceReader } from './sources.ts'

/** What finds a source. */
export interface Opener extends Omit<Finder, 'assets'> {
  readonly assets: Finder['assets'] & Pick<AssetService, 'get'>
  readonly reader: SourceReader
}

interface Opening {
  /** Holds what came with the request and gets what is fetched; the caller discards them. */
  readonly files: StagedFile[]
  readonly signal: AbortSignal
}

const fetchMs = 30_000

/** @throws Problem `asset/not-found`, `origin/…`, `source/…`, `request/invalid-parameter` when there is none */
export async function openSource(
  project: Project,
  source: JsonSource,
  app: Opener,
  { files, signal }: Opening,
): Promise<ProducedFrom> {
  const { assets, blobs, reader, limits } = app
  if (source.kind === 'asset') return locate({ ...source, match: 'stem' }, project, app)
  if (source.kind === 'id') {
    const { hash, facts, description, paths } = await assets.get(project, source.id)
    const asset = await assets.findLinked(project, paths[0] ?? '', hash)
    return {
      projectId: project.id,
      hash,
      facts,
      focalPoint: description.focalPoint ?? undefined,
      file: () => blobs.file(project.id, hash),
      ...(asset === undefined ? {} : { id: asset.id, generation: asset.generation }),
    }
  }
  if (source.kind === 'url') {
    const remote = { url: source.url, headers: {}, timeoutMs: fetchMs }
    files.push(await reader.fetch(remote, limits.maxSourceBytes, signal))
  } else if (source.kind === 'base64' && !isLifted(source.base64)) {
    const bytes = decodeBase64(source.base64)
    files.push(await reader.receive(oneChunk(bytes), limits.maxSourceBytes, signal))
  }
  const file = files.at(-1)
  if (file === undefined) {
    throw problem('request/invalid-parameter', {
      detail: 'There is no picture: send it beside the JSON, or say in "source" where it is.',
      members: { pointer: '/source' },
    })
  }
  return reader.open(project.id, file, signal)
}
