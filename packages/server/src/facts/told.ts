/** What a decoding child told as JSON: it may be in a stranger's hands, so nothing is believed that the schema does not allow. */
import { problem } from '@fovea/core'
import type { RunResult } from '@fovea/engine/pool'
import type * as z from 'zod'

/** The first output's. @throws Problem `internal/unexpected` when it is not what it should be */
export function told<T>(schema: z.ZodType<T>, { outputs: [output] }: Pick<RunResult, 'outputs'>): T {
  const read = schema.safeParse(parsed(output?.bytes))
  if (!read.success) throw problem('internal/unexpected', { cause: read.error })
  return read.data
}

function parsed(bytes: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(bytes ?? []).toString('utf8'))
  } catch {
    return undefined
  }
}
