import * as z from 'zod'
import { defineEvent } from '../define.ts'

export const imageDeleted = defineEvent({
  type: 'image.deleted',
  summary:
    'Paths lead to their image no longer. Told when they go into the trash, and not again when that is emptied.',
  data: z.strictObject({
    id: z.string(),
    paths: z.array(z.string()),
    image_deleted: z.boolean().describe('Whether no other path leads to the image'),
    permanent: z.boolean().describe('Whether it passed by the trash'),
  }),
  example: { id: '2cf24dba5fb0a30e', paths: ['products/mug.jpg'], image_deleted: true, permanent: false },
})
