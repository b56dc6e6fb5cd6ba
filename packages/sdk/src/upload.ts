/** `@fovea/client/upload`: sends a file from a page, to an address that its own server asked for, without an API key. */
import { callJson, usual } from './connection.ts'
import type { SendOptions, UploadAddress, UploadedImage } from './image-types.ts'
import { uploadedOf, type WireUpload } from './uploaded.ts'

export type { SendOptions, UploadedImage } from './image-types.ts'

/** What `images.signUrl` answers, as far as a page needs it. */
export type UploadTarget = Pick<UploadAddress, 'uploadUrl' | 'key'> & Partial<Pick<UploadAddress, 'headers'>>

/**
 * Sends one file to what `images.signUrl` answered. 429 and 503 are repeated after the time the server names.
 * @throws FoveaError 402 and 429 the plan allows no more, 404 the address has been used or is over, 413, 415; the
 *   signal's reason when it fires
 */
export async function uploadTo(
  { uploadUrl, key, headers = {} }: UploadTarget,
  file: Blob,
  { onProgress, signal }: SendOptions = {},
): Promise<UploadedImage> {
  const answer = await callJson(
    { baseUrl: '', apiKey: '', ...usual },
    { method: 'PUT', target: uploadUrl, headers, body: file, authorised: false, onProgress, signal },
  )
  return uploadedOf(answer as WireUpload, key.normalize('NFC'))
}
