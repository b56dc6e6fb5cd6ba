/** Fetches weights that no package of npm carries from where their makers keep them. */
import { join } from 'node:path'
import type { Weights } from '../model.ts'
import { digestOf, findWeights } from '../weights.ts'
import { writeWhole } from './write-whole.ts'

/**
 * @returns where the weights lie now
 * @throws Error when they cannot be fetched, or are not the ones that were pinned
 */
export async function pullWeights(weights: Weights, directory: string): Promise<string> {
  const { file, url, bytes: size, sha256 } = weights
  const present = findWeights(weights, [directory])
  if (present !== undefined) return present
  if (url === undefined) throw new Error(`Nobody is known to offer ${file}; put it there by hand.`)
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}.`)
  const bytes = new Uint8Array(await answer.arrayBuffer())
  const found = digestOf(bytes)
  if (found !== sha256)
    throw new Error(
      `${url} gave ${bytes.length} bytes with the SHA-256 ${found}; ${size} with ${sha256} were pinned.`,
    )
  const path = join(directory, file)
  await writeWhole(path, bytes)
  return path
}
