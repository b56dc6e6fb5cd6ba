import { defineEvent } from '../define.ts'
import { quotaData } from '../quota-data.ts'

export const quotaWarning = defineEvent({
  type: 'quota.warning',
  summary: 'An upload brought the project to four fifths of what its plan allows.',
  data: quotaData,
  example: { resource: 'storage', used: 8_000_000_000, limit: 10_000_000_000 },
})
