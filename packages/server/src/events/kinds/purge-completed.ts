import * as z from 'zod'
import { defineEvent } from '../define.ts'

export const purgeCompleted = defineEvent({
  type: 'purge.completed',
  summary:
    'What was made is made anew when it is next asked for. Caches in front of the server are not asked.',
  data: z.strictObject({
    scope: z.enum(['project', 'path', 'prefix', 'origin']),
    origin: z.string().nullable().describe('Name of the origin whose files are asked for again'),
    paths: z.array(z.string()).describe('Of the project or the origin; empty for all'),
  }),
  example: { scope: 'project', origin: null, paths: [] },
})
