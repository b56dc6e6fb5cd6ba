/**
 * The results of a batch as one ZIP archive, each at the path it was stored at, with a `results.json` that tells about
 * every picture. An image that was deleted since is missing in the archive and said to be missing in that file; what
 * lies in a bucket is only told of.
 */
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { deserialiseProblem } from '@fovea/core'
import { type ArchivedFile, zipStream } from '../archive/zip-stream.ts'
import { type BlobHash, type BlobStore, imageId } from '../assets/index.ts'
import type { Database } from '../db/index.ts'
import { degradedMember } from '../delivery/index.ts'
import type { Batch, BatchItem, ItemResult } from './batch.ts'
import { listItems } from './batch-queries.ts'

export interface ResultsArchiveOptions {
  readonly database: Database
  readonly blobs: Pick<BlobStore, 'file'>
}

const pageItems = 500

export function resultsArchive(batch: Batch, app: ResultsArchiveOptions): Readable {
  return zipStream(filesOf(batch, app))
}

async function* filesOf(batch: Batch, app: ResultsArchiveOptions): AsyncGenerator<ArchivedFile> {
  const modifiedAt = batch.endedAt ?? Date.now()
  for await (const { results, there } of pages(batch, app)) {
    for (const { image } of results) {
      if (image === undefined || !there.has(image.hash)) continue
      const hash = image.hash as BlobHash
      yield { path: image.path, modifiedAt, open: () => originalOf(batch, hash, app) }
    }
  }
  yield { path: 'results.json', modifiedAt, open: async () => Readable.from(tellAll(batch, app)) }
}

/** Streams the file and lets go of it when the stream is closed. */
async function originalOf(
  { projectId }: Batch,
  hash: BlobHash,
  { blobs }: ResultsArchiveOptions,
): Promise<Readable> {
  const file = await blobs.file(projectId, hash)
  try {
    const stream = (await open(file.path)).createReadStream()
    stream.once('close', () => file.release())
    return stream
  } catch (error) {
    file.release()
    throw error
  }
}

/** A JSON list, a line for each picture. */
async function* tellAll(batch: Batch, app: ResultsArchiveOptions): AsyncGenerator<string> {
  let before = '[\n'
  for await (const { items, there } of pages(batch, app)) {
    for (const item of items) {
      yield before + JSON.stringify(told(item, there))
      before = ',\n'
    }
  }
  yield '\n]\n'
}

function told(
  { position, label, state, problem, degraded, results }: BatchItem,
  there: ReadonlySet<string>,
): object {
  return {
    index: position,
    source: label,
    state,
    ...(problem === undefined ? {} : { error: deserialiseProblem(problem).toJSON() }),
    ...degradedMember(degraded),
    results: results.map(({ name, format, width, height, size, image, object, content }) => ({
      ...(name === undefined ? {} : { name }),
      format,
      width,
      height,
      size,
      ...(content === undefined ? {} : { text: content }),
      ...(image === undefined ? {} : { path: image.path, id: imageId(image.hash as BlobHash) }),
      ...(object === undefined ? {} : { object }),
      ...(image === undefined || there.has(image.hash) ? {} : { missing: true }),
    })),
  }
}

interface Page {
  readonly items: readonly BatchItem[]
  readonly results: readonly ItemResult[]
  /** Hashes of those images that are still here. */
  readonly there: ReadonlySet<string>
}

async function* pages({ id, projectId }: Batch, { database }: ResultsArchiveOptions): AsyncGenerator<Page> {
  let after: number | undefined
  for (;;) {
    const items = await listItems(database.queries, id, { limit: pageItems, state: undefined, after })
    if (items.length === 0) return
    const results = items.flatMap((item) => item.results)
    const hashes = results.flatMap(({ image }) => (image === undefined ? [] : [image.hash]))
    yield { items, results, there: await hashesThere(hashes) }
    after = items.at(-1)?.position
  }

  async function hashesThere(hashes: readonly string[]): Promise<ReadonlySet<string>> {
    const found = new Set<string>()
    for (let at = 0; at < hashes.length; at += pageItems) {
      const rows = await database.queries
        .selectFrom('blobs')
        .select('hash')
        .where('project_id', '=', projectId)
        .where('hash', 'in', hashes.slice(at, at + pageItems))
        .execute()
      for (const { hash } of rows) found.add(hash)
    }
    return found
  }
}
