/** The list or the archive of a batch where it did not come beside the JSON: at an address, or in a bucket. */
import { type Problem, problem } from '@fovea/core'
import type { BatchSources } from '@fovea/core/dialects/json'
import type { ConfiguredOrigin, OriginKind, OriginService, Sources } from '../origins/index.ts'
import type { Project } from '../projects/index.ts'
import type { SourceReader } from '../transforms/index.ts'
import type { StagedFile } from '../uploads/index.ts'

export interface FileReader {
  readonly origins: Pick<OriginService, 'get'>
  readonly sources: Pick<Sources, 'bytes'>
  readonly reader: SourceReader
  readonly maxBytes: number
}

const fetchMs = 10 * 60 * 1000
/** Not folders: what else lies on the operator's disks must not come out by what is said to be wrong with it. */
const bucketKinds: ReadonlySet<OriginKind> = new Set(['s3', 'gcs', 'azure'])

/**
 * The caller discards the file; `undefined` where the request names none.
 * @throws Problem `request/invalid-parameter`, `origin/…`, `source/…`
 */
export async function fileElsewhere(
  project: Project,
  wanted: BatchSources,
  { origins, sources, reader, maxBytes }: FileReader,
  signal: AbortSignal,
): Promise<StagedFile | undefined> {
  if (wanted.kind === 'url') {
    const remote = { url: wanted.url, headers: {}, timeoutMs: fetchMs }
    return reader.fetch(remote, maxBytes, signal)
  }
  if (wanted.kind !== 'origin') return undefined
  const origin = await origins.get(project, wanted.origin)
  if (!bucketKinds.has(origin.kind)) throw noBucket(origin)
  return reader.receive(await sources.bytes(origin, wanted.path), maxBytes, signal)
}

export function twoSources(): Problem {
  return problem('request/invalid-parameter', {
    detail: '"sources" names the pictures, and a file came beside it: send one of both.',
    members: { pointer: '/sources' },
  })
}

function noBucket({ name, kind }: ConfiguredOrigin): Problem {
  return problem('request/invalid-parameter', {
    detail: `Lists and archives lie in buckets (${[...bucketKinds].join(', ')}); the origin "${name}" is of the kind ${kind}.`,
    members: { pointer: '/sources/origin' },
  })
}
