/**
 * Puts an object of any length with bounded memory: what fits into one part with one request, more in parts.
 *
 * A part is read whole before it is sent, and only so many are held at a time, whoever puts. An object in parts
 * appears when all have come; a put that fails takes its parts back.
 */
import { createReadStream } from 'node:fs'
import type { Slots } from '../../slots.ts'
import { type StorageBody, StorageError } from '../driver.ts'
import type { S3Client } from './client.ts'
import { elementText, escapeText } from './xml.ts'

export interface PutContext {
  readonly client: S3Client
  /** One for each part in memory. */
  readonly slots: Slots
  /** Length of all parts but the last, bytes. S3 allows 10 000 parts of at least 5 MiB. */
  readonly partBytes: number
}

interface Put {
  readonly key: string
  readonly signal: AbortSignal | undefined
}

/** Parts of one object that are sent at once. */
const together = 3

export async function putObject(context: PutContext, put: Put, body: StorageBody): Promise<void> {
  if (body instanceof Uint8Array && body.byteLength <= context.partBytes)
    return context.slots.within(() => putWhole(context, put, body))
  const chunks = chunksOf(body)[Symbol.asyncIterator]()
  try {
    const first = await nextPart(context, chunks)
    if (first.isLast) await first.use((bytes) => putWhole(context, put, bytes))
    else await putInParts(context, put, first, chunks)
  } finally {
    await chunks.return?.(undefined)
  }
}

async function putWhole({ client }: PutContext, { key, signal }: Put, body: Uint8Array): Promise<void> {
  await (await client.send({ method: 'PUT', key, body, signal })).body.dump()
}

async function putInParts(
  context: PutContext,
  put: Put,
  first: Part,
  chunks: AsyncIterator<Uint8Array>,
): Promise<void> {
  const { client } = context
  const { key, signal } = put
  let part = first
  const upload = elementText(await startUpload(context, put, part), 'UploadId')
  if (upload === undefined) throw new StorageError(`${client.place.base} began no upload of ${key}`)
  const etags: Promise<string>[] = []
  try {
    for (let number = 1; ; number++) {
      const sent = part.use((body) => putPart(client, { ...put, upload, number }, body))
      // Whoever fails is found below.
      sent.catch(() => {})
      etags.push(sent)
      if (part.isLast) break
      await etags.at(-together)
      part = await nextPart(context, chunks)
    }
    await complete(client, put, upload, await Promise.all(etags))
  } catch (error) {
    await Promise.allSettled(etags)
    await client.send({ method: 'DELETE', key, query: { uploadId: upload } }, [404]).then(
      ({ body }) => body.dump(),
      // A sweep removes it later.
      () => undefined,
    )
    signal?.throwIfAborted()
    throw error
  }
}

async function startUpload({ client }: PutContext, { key, signal }: Put, part: Part): Promise<string> {
  try {
    return await client.text({ method: 'POST', key, query: { uploads: '' }, signal })
  } catch (error) {
    part.discard()
    throw error
  }
}

async function putPart(
  client: S3Client,
  { key, signal, upload, number }: Put & { readonly upload: string; readonly number: number },
  body: Uint8Array,
): Promise<string> {
  const query = { partNumber: String(number), uploadId: upload }
  const response = await client.send({ method: 'PUT', key, query, body, signal })
  await response.body.dump()
  const { etag } = response.headers
  if (typeof etag !== 'string') throw new StorageError(`${client.place.base} gave part ${number} no ETag`)
  return etag
}

async function complete(
  client: S3Client,
  { key, signal }: Put,
  upload: string,
  etags: readonly string[],
): Promise<void> {
  const parts = etags.map(
    (etag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${escapeText(etag)}</ETag></Part>`,
  )
  const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`)
  try {
    await client.text({ method: 'POST', key, query: { uploadId: upload }, body, signal })
  } catch (error) {
    // Of a completion whose answer was lost the repetition finds no upload, and the object there.
    if (!(error instanceof StorageError) || error.status !== 404) throw error
    const there = await client.send({ method: 'HEAD', key, signal }, [404])
    await there.body.dump()
    if (there.statusCode === 404) throw error
  }
}

/** Bytes in memory, with the slot that they take up. */
interface Part {
  readonly isLast: boolean
  use<T>(work: (bytes: Uint8Array) => Promise<T>): Promise<T>
  discard(): void
}

async function nextPart({ slots, partBytes }: PutContext, chunks: AsyncIterator<Uint8Array>): Promise<Part> {
  const free = await slots.take()
  try {
    const { bytes, isLast } = await collect(chunks, partBytes)
    return {
      isLast,
      discard: free,
      use: async (work) => {
        try {
          return await work(bytes)
        } finally {
          free()
        }
      },
    }
  } catch (error) {
    free()
    throw error
  }
}

async function collect(
  chunks: AsyncIterator<Uint8Array>,
  partBytes: number,
): Promise<{ readonly bytes: Uint8Array; readonly isLast: boolean }> {
  const pieces: Uint8Array[] = []
  let size = 0
  while (size < partBytes) {
    const next = await chunks.next()
    if (next.done === true) return { bytes: Buffer.concat(pieces, size), isLast: true }
    pieces.push(next.value)
    size += next.value.byteLength
  }
  return { bytes: Buffer.concat(pieces, size), isLast: false }
}

/** Chunks no longer than a part may have them: a part is as long as the chunk that fills it makes it. */
async function* chunksOf(body: StorageBody): AsyncGenerator<Uint8Array> {
  if (body instanceof Uint8Array) yield* slices(body)
  else if ('path' in body) yield* createReadStream(body.path, { highWaterMark: chunkBytes })
  else for await (const chunk of body) yield* slices(chunk)
}

const chunkBytes = 1024 * 1024

function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
}
