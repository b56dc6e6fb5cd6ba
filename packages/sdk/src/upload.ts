/** `@fovea/client/upload`: sends a file from a page, to an address that its own server asked for, without an API key. */
import { type Call, callJson, callOnly, usual } from './connection.ts'
import type { SendOptions, UploadAddress, UploadedImage } from './image-types.ts'
import { uploadedOf, type WireUpload } from './uploaded.ts'

export type { SendOptions, UploadedImage } from './image-types.ts'

/** What `images.signUrl` answers, as far as a page needs it. */
export type UploadTarget = Pick<UploadAddress, 'uploadUrl'> &
  Partial<Pick<UploadAddress, 'key' | 'method' | 'headers' | 'fields' | 'confirmUrl'>>

/**
 * Sends one file to what `images.signUrl` answered: to the server, or as a form to its bucket, which the server then
 * looks at. 429 and 503 are repeated after the time the server names.
 * @throws FoveaError 402 and 429 the plan allows no more, 404 the address has been used or is over, 413, 415; the
 *   signal's reason when it fires
 */
export async function uploadTo(
  { uploadUrl, method = 'PUT', headers = {}, fields = {}, confirmUrl }: UploadTarget,
  file: Blob,
  { onProgress, signal }: SendOptions = {},
): Promise<UploadedImage> {
  const page = { baseUrl: '', credentials: {}, ...usual }
  const body = method === 'PUT' ? file : formOf(fields, file)
  const call: Call = { method, target: uploadUrl, headers, body, authorised: false, onProgress, signal }
  if (confirmUrl === undefined) return uploadedOf((await callJson(page, call)) as WireUpload)
  await callOnly(page, call)
  const confirmed = await callJson(page, { method: 'POST', target: confirmUrl, authorised: false, signal })
  return uploadedOf(confirmed as WireUpload)
}

function formOf(fields: Readonly<Record<string, string>>, file: Blob): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  // Last: a bucket reads no field behind it.
  form.append('file', file)
  return form
}
