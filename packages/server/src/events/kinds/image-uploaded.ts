import * as z from 'zod'
import { defineEvent } from '../define.ts'

export const imageUploaded = defineEvent({
  type: 'image.uploaded',
  summary:
    'An image came to a path where there was none: by an upload, a stored result, or back from the trash.',
  data: z.strictObject({
    id: z.string(),
    path: z.string(),
    size: z.int().min(0).describe('Bytes'),
    format: z.string(),
    width: z.int().min(0),
    height: z.int().min(0),
    visibility: z.enum(['public', 'private']),
  }),
  example: {
    id: '2cf24dba5fb0a30e',
    path: 'products/mug.jpg',
    size: 184_320,
    format: 'jpeg',
    width: 1600,
    height: 1200,
    visibility: 'public',
  },
})
