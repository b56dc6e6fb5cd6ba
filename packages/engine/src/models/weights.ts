/** Where weights lie, and whether they are the ones they should be. */
import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Model, Task, Weights } from './model.ts'

/** The file of these weights in the first directory that has one of their size; the digest is checked by reading. */
export function findWeights({ file, bytes }: Weights, directories: readonly string[]): string | undefined {
  return directories.map((directory) => join(directory, file)).find((path) => sizeOf(path) === bytes)
}

/** The best model of a task whose weights lie in one of the directories. */
export function modelIn<T extends Task>(
  models: readonly Model<T>[],
  directories: readonly string[],
): { readonly model: Model<T>; readonly path: string } | undefined {
  for (const model of models) {
    const path = findWeights(model.weights, directories)
    if (path !== undefined) return { model, path }
  }
  return undefined
}

/** @throws Error naming the file and both digests when it is not the one that was pinned */
export async function readWeights(path: string, { sha256 }: Weights): Promise<Uint8Array> {
  const bytes = await readFile(path)
  const found = digestOf(bytes)
  if (found !== sha256)
    throw new Error(`${path} has the SHA-256 ${found}; the model's weights have ${sha256}.`)
  return bytes
}

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size
}
