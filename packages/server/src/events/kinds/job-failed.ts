import * as z from 'zod'
import { defineEvent } from '../define.ts'

export const jobFailed = defineEvent({
  type: 'job.failed',
  summary: 'Work that was accepted for later cannot be done.',
  data: z.strictObject({ id: z.string(), kind: z.string(), error: z.string() }),
  example: {
    id: '01K8ZT3V9M5N4R7Q2W6X8Y0A1B',
    kind: 'iteration-layer',
    error: 'The image cannot be decoded',
  },
})
