import * as z from 'zod'
import { defineEvent } from '../define.ts'

export const imageUpdated = defineEvent({
  type: 'image.updated',
  summary:
    'A path got other bytes, by an upload or an older version restored, or what is said about an image changed.',
  data: z.strictObject({
    id: z.string().describe('Of the image as it is now; other bytes have another id'),
    paths: z.array(z.string()).describe('All that changed'),
    changed: z.array(z.enum(['bytes', 'visibility', 'alt_text', 'tags', 'custom_metadata', 'focal_point'])),
  }),
  example: { id: '2cf24dba5fb0a30e', paths: ['products/mug.jpg'], changed: ['alt_text', 'tags'] },
})
