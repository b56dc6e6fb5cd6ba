/** Pictures that operations name: local files, read once for all inputs. */
import { createHash } from 'node:crypto'
import { type Limits, type Pipeline, Problem, picturesOf } from '@fovea/core'
import type { EnginePool, HeaderFacts } from '@fovea/engine/pool'
import { UsageError } from '../exit-code.ts'
import { readWithin } from './read-within.ts'

/** A file beside the inputs, with what its header says. */
export interface LocalPicture {
  readonly source: { readonly bytes: Uint8Array }
  /** SHA-256 of its bytes. */
  readonly id: string
  readonly facts: HeaderFacts
}

/**
 * Reads the pictures of a pipeline: `{ "asset": "logo.png" }` is a path from the current folder.
 * @throws UsageError naming the picture that cannot be used
 */
export async function readPictures(
  pipeline: Pipeline,
  pool: EnginePool,
  limits: Limits,
): Promise<Readonly<Record<string, LocalPicture>>> {
  const read: Record<string, LocalPicture> = {}
  for (const [key, ref] of namedIn(pipeline, limits)) {
    if (ref.kind === 'url')
      throw new UsageError(`${ref.url}: pictures of the web are not fetched; name a file`)
    try {
      const bytes = await readWithin(ref.path, limits.maxSourceBytes)
      const id = createHash('sha256').update(bytes).digest('hex')
      read[key] = { source: { bytes }, id, facts: await pool.probe({ bytes }, limits, { sourceId: id }) }
    } catch (error) {
      throw new UsageError(`the picture ${ref.path} cannot be used: ${reasonOf(error)}`)
    }
  }
  return read
}

function namedIn(pipeline: Pipeline, limits: Limits): ReturnType<typeof picturesOf> {
  try {
    return picturesOf(pipeline, limits)
  } catch (error) {
    throw new UsageError(reasonOf(error))
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Problem) return error.message
  if (error instanceof Error && 'code' in error) return error.message
  throw error
}
