/** What the messages about an allowance say. */
import * as z from 'zod'

export const quotaData = z.strictObject({
  resource: z.enum(['uploads', 'storage']).describe('Uploads of the month, or bytes stored'),
  used: z.int().min(0),
  limit: z.int().min(0),
})
