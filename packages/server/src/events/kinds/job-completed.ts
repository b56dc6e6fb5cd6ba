import * as z from 'zod'
import { defineEvent } from '../define.ts'

export const jobCompleted = defineEvent({
  type: 'job.completed',
  summary: 'Work that was accepted for later is done.',
  data: z.strictObject({
    id: z.string(),
    kind: z.string(),
    degraded: z
      .array(z.string())
      .optional()
      .describe('What models would have done better and were not there for; absent where nothing is missing'),
  }),
  example: { id: '01K8ZT3V9M5N4R7Q2W6X8Y0A1B', kind: 'iteration-layer' },
})
