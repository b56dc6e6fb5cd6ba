/** Fetches the archive of an export into a file, as a stream: whole, or not at all. */
import { FoveaError, type ProjectExport } from '@fovea/client'
import { replaceFile } from '../replace-file.ts'
import type { Bar } from './later-bar.ts'

export interface SaveOptions {
  /** The server names the file when absent. */
  readonly out: string | undefined
  readonly signal: AbortSignal
  readonly bar: Bar
}

/** Path of the file. @throws FoveaError when the export has failed, or its archive does not come whole */
export async function saveArchive(
  { id, downloadUrl, size = 0 }: ProjectExport,
  { out, signal, bar }: SaveOptions,
): Promise<string> {
  if (downloadUrl === undefined) throw new FoveaError(`The export "${id}" has failed.`, { status: 200 })
  const response = await fetch(downloadUrl, { signal }).catch(brokenOff)
  if (!response.ok || response.body === null) {
    await response.body?.cancel()
    const { status } = response
    throw new FoveaError(`The archive cannot be fetched: the server answered ${status}.`, { status })
  }
  const file = out ?? nameIn(response.headers) ?? 'export.zip'
  await replaceFile(file, whole(response.body, size, bar)).catch(brokenOff)
  return file
}

/** @throws FoveaError when it ends with more or fewer bytes than it should */
async function* whole(
  body: AsyncIterable<Uint8Array>,
  size: number,
  bar: Bar,
): AsyncGenerator<Uint8Array, void> {
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    bar.show(bytes, size)
    yield chunk
  }
  if (bytes !== size) throw new FoveaError(`The archive has ${bytes} bytes, not ${size}.`, { status: 200 })
}

/** Of letters that lead to no other folder. */
function nameIn(headers: Headers): string | undefined {
  return /filename="(\w[\w.-]*\.zip)"/.exec(headers.get('content-disposition') ?? '')?.[1]
}

/** `fetch` tells of the network by a TypeError, before and within the body. */
export function brokenOff(cause: unknown): never {
  if (!(cause instanceof TypeError)) throw cause
  throw new FoveaError('The archive broke off on its way.', { status: 0, cause })
}
