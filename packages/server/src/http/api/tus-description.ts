/** The routes of resumable uploads as the OpenAPI document tells them: nearly all of tus is headers. */
import * as z from 'zod'
import type { RouteDescription } from './route-description.ts'

const version = z.object({ 'Tus-Resumable': z.literal('1.0.0') })
const length = z.string().regex(/^\d{1,15}$/)
const part = { 'application/offset+octet-stream': z.file() }
const reached = { 'Upload-Offset': 'Bytes that have come', 'X-Fovea-Image-Id': 'Once the image exists' }

export const announcing = (): RouteDescription => ({
  headers: version.extend({
    'Upload-Length': length,
    'Upload-Metadata': z
      .string()
      .optional()
      .describe('filename, target_path, visibility, overwrite, each with its value in base64'),
  }),
  body: part,
  isBodyOptional: true,
  answers: {
    201: { headers: { Location: 'Where the parts go', 'Upload-Expires': 'Until when', ...reached } },
  },
})

export const asking = (): RouteDescription => ({
  headers: version,
  answers: { 200: { headers: { 'Upload-Length': 'Bytes of the whole', ...reached } } },
})

export const continuing = (): RouteDescription => ({
  headers: version.extend({ 'Upload-Offset': length }),
  body: part,
  answers: { 204: { headers: reached } },
})

export const takingBack = (): RouteDescription => ({ headers: version, answers: { 204: {} } })
