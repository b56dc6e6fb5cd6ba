/** From what a request says of its pictures to a list of them: by name, by folder, from a list or an archive. */
import { open, readFile } from 'node:fs/promises'
import { type Limits, type Problem, problem } from '@fovea/core'
import type { BatchSource, BatchSources } from '@fovea/core/dialects/json'
import type { AssetService } from '../assets/index.ts'
import type { Project } from '../projects/index.ts'
import type { StagedFile } from '../uploads/index.ts'
import { readArchive } from './archive-entries.ts'
import { archivedItem, listedItem, type NewItem } from './item-source.ts'
import { readListFile } from './list-file.ts'

export interface Gathered {
  readonly items: readonly NewItem[]
  /** The file holds the pictures itself and must be kept. */
  readonly isArchive: boolean
}

export interface Gatherer {
  readonly assets: Pick<AssetService, 'paths'>
  readonly limits: Limits
  /** Refuses an address that could never be asked. */
  checkRemote(url: string): void
}

const maxItems = 10_000
const maxListBytes = 4 * 1024 * 1024

/**
 * `file` is what came beside the request or was fetched for it.
 * @throws Problem `job/too-large`, `job/list-invalid`, `job/archive-refused`, `request/invalid-parameter`, `origin/forbidden`
 */
export async function gatherItems(
  project: Project,
  sources: BatchSources,
  file: StagedFile | undefined,
  app: Gatherer,
): Promise<Gathered> {
  switch (sources.kind) {
    case 'list':
      return listed(sources.list, app)
    case 'prefix': {
      const paths = await app.assets.paths(project, sources.prefix, maxItems + 1)
      if (paths.length === 0)
        throw problem('asset/not-found', { detail: 'The project has no images whose paths begin so.' })
      return listed(
        paths.map((path) => ({ source: { kind: 'asset', path }, name: undefined })),
        app,
      )
    }
    case 'body':
    case 'url':
    case 'origin':
      if (file === undefined) throw noFile()
      return (await isArchive(file)) ? archived(file, app) : listed(await readList(file), app)
  }
}

function listed(sources: readonly BatchSource[], { checkRemote }: Gatherer): Gathered {
  if (sources.length > maxItems) {
    throw problem('job/too-large', {
      detail: `A job may have ${maxItems} pictures; there are more.`,
      members: { limit: maxItems },
    })
  }
  for (const { source } of sources) if (source.kind === 'url') checkRemote(source.url)
  return { items: sources.map(listedItem), isArchive: false }
}

async function archived({ path }: StagedFile, { limits }: Gatherer): Promise<Gathered> {
  const places = await readArchive(path, limits, maxItems)
  return { items: places.map(archivedItem), isArchive: true }
}

async function readList({ path, size }: StagedFile): Promise<readonly BatchSource[]> {
  if (size > maxListBytes) {
    throw problem('source/too-large', {
      detail: `A list of pictures may have ${maxListBytes} bytes, an archive begins with "PK".`,
      members: { limitBytes: maxListBytes, actualBytes: size },
    })
  }
  return readListFile(await readFile(path, 'utf8'), maxItems)
}

/** A ZIP file begins with its first file's header, an empty one with the end of its directory. */
async function isArchive({ path }: StagedFile): Promise<boolean> {
  const handle = await open(path)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0)
    return bytesRead === 4 && ['PK\x03\x04', 'PK\x05\x06'].includes(buffer.toString('latin1'))
  } finally {
    await handle.close()
  }
}

function noFile(): Problem {
  return problem('request/invalid-parameter', {
    detail: 'There are no pictures: name them in "sources", or send a list or a ZIP archive beside the JSON.',
    members: { pointer: '/sources' },
  })
}
