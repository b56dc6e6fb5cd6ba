/**
 * The files of an export, in the order in which they are written: the project, its rows, its originals, and a manifest
 * with the SHA-256 and the size of every file before it.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { type Format, traitsOf } from '@fovea/core'
import type { ArchivedFile } from '../archive/zip-stream.ts'
import type { BlobHash, BlobStore } from '../assets/index.ts'
import type { Database } from '../db/index.ts'
import type { ProjectId } from '../projects/index.ts'
import { exportedTables } from './exported-tables.ts'
import { projectFile } from './project-file.ts'
import { tableLines } from './table-lines.ts'

export interface ExportSources {
  readonly database: Database
  readonly blobs: Pick<BlobStore, 'file'>
}

interface Listed {
  readonly path: string
  readonly sha256: string
  readonly size: number
}

interface Original {
  readonly path: string
  readonly hash: BlobHash
  readonly size: number
}

const pageRows = 500

/** `onFile` is called when a file begins. */
export async function* exportFiles(
  { database, blobs }: ExportSources,
  projectId: ProjectId,
  onFile: () => void,
): AsyncGenerator<ArchivedFile> {
  const modifiedAt = Date.now()
  const listed: Listed[] = []
  const text = (path: string, lines: () => AsyncIterable<string>): ArchivedFile => ({
    path,
    modifiedAt,
    open: async () => {
      onFile()
      return Readable.from(noted(path, lines(), listed), { objectMode: false })
    },
  })
  yield text('project.json', () => projectFile(database.queries, projectId))
  for (const table of exportedTables)
    yield text(`data/${table.name}.jsonl`, () => tableLines(database.queries, table, projectId))
  for await (const { path, hash } of originals(database, projectId, modifiedAt)) {
    const open = async () => {
      onFile()
      const file = await blobs.file(projectId, hash)
      return createReadStream(file.path).once('close', () => file.release())
    }
    yield { path, modifiedAt, open }
  }
  yield {
    path: 'manifest.jsonl',
    modifiedAt,
    open: async () =>
      Readable.from(manifest(listed, originals(database, projectId, modifiedAt)), { objectMode: false }),
  }
}

/** An original has its digest as its name: nothing of the manifest is read from the files again. */
async function* manifest(
  listed: readonly Listed[],
  originals: AsyncIterable<Original>,
): AsyncGenerator<string> {
  for (const file of listed) yield `${JSON.stringify(file)}\n`
  for await (const { path, hash, size } of originals)
    yield `${JSON.stringify({ path, sha256: hash, size })}\n`
}

/** Those that were there by then: the archive and its manifest are written one after the other. */
async function* originals(
  { queries }: Database,
  projectId: ProjectId,
  until: number,
): AsyncGenerator<Original> {
  let last = ''
  for (;;) {
    const rows = await queries
      .selectFrom('blobs')
      .select(['hash', 'size', 'format'])
      .where('project_id', '=', projectId)
      .where('created_at', '<=', until)
      .where('hash', '>', last)
      .orderBy('hash')
      .limit(pageRows)
      .execute()
    for (const { hash, size, format } of rows) {
      const { extensions } = traitsOf(format as Format)
      yield { path: `originals/${hash}.${extensions[0]}`, hash: hash as BlobHash, size }
    }
    if (rows.length < pageRows) return
    last = rows.at(-1)?.hash ?? last
  }
}

/** Passes text on as bytes, and lists it when it has ended. */
async function* noted(path: string, lines: AsyncIterable<string>, listed: Listed[]): AsyncGenerator<Buffer> {
  const digest = createHash('sha256')
  let size = 0
  for await (const line of lines) {
    const bytes = Buffer.from(line, 'utf8')
    digest.update(bytes)
    size += bytes.length
    yield bytes
  }
  listed.push({ path, sha256: digest.digest('hex'), size })
}
