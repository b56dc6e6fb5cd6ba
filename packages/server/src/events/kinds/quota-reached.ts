import { defineEvent } from '../define.ts'
import { quotaData } from '../quota-data.ts'

export const quotaReached = defineEvent({
  type: 'quota.reached',
  summary: 'An upload used up what the plan allows. Uploads are refused when a tenth more is used up, too.',
  data: quotaData,
  example: { resource: 'uploads', used: 1_000, limit: 1_000 },
})
