/** Where files go in a project, and what lies there already. */
import { sep } from 'node:path'
import type { Images, ListedImage } from '@fovea/client'
import { UsageError } from '../exit-code.ts'
import type { Input } from '../transform/inputs.ts'
import { everyImage } from './every-image.ts'

/** More listings than this cost more than one that is too long. */
const maxListings = 20

/** Key → file. @throws UsageError when two files would have one key */
export function keysOf(inputs: readonly Input[], to: string): ReadonlyMap<string, Input> {
  const folder = to.replace(/^\/+|\/+$/g, '')
  const keys = new Map<string, Input>()
  for (const input of inputs) {
    const place = input.place.split(sep).join('/')
    const key = (folder === '' ? place : `${folder}/${place}`).normalize('NFC')
    const other = keys.get(key)
    if (other !== undefined) throw new UsageError(`${other.path} and ${input.path} would both be ${key}`)
    keys.set(key, input)
  }
  return keys
}

/** What lies in a project, by key. */
export class StoredKeys {
  readonly #images = new Map<string, ListedImage>()
  /** By the key without its extension. */
  readonly #stems = new Map<string, ListedImage>()

  add(image: ListedImage): void {
    this.#images.set(image.key, image)
    this.#stems.set(image.key.replace(extension, ''), image)
  }

  /** What is stored of a file at this key: one without an extension has got it from the server. */
  at(key: string): ListedImage | undefined {
    return this.#images.get(key) ?? (extension.test(key) ? undefined : this.#stems.get(key))
  }
}

const extension = /\.[^./]+$/

/** What is stored at these keys, and perhaps at others beside them. */
export async function storedAt(images: Images, keys: readonly string[]): Promise<StoredKeys> {
  const stored = new StoredKeys()
  for (const prefix of prefixesOf(keys))
    for await (const image of everyImage(images, prefix)) stored.add(image)
  return stored
}

/**
 * Prefixes that all keys begin with, as long as they can be: one for each top folder, so that two files at the top do
 * not ask for the whole project.
 */
export function prefixesOf(keys: readonly string[]): readonly string[] {
  const groups = Map.groupBy(keys, (key) => key.slice(0, key.indexOf('/') + 1) || key)
  return groups.size > maxListings ? [commonStart(keys)] : [...groups.values()].map(commonStart)
}

/** Sorted texts have in common what the first and the last of them have. */
function commonStart(texts: readonly string[]): string {
  const sorted = texts.toSorted()
  const [first = '', last = ''] = [sorted[0], sorted.at(-1)]
  let length = 0
  while (length < first.length && first[length] === last[length]) length++
  // Half of a surrogate pair is no text.
  return /[\uD800-\uDBFF]$/.test(first.slice(0, length)) ? first.slice(0, length - 1) : first.slice(0, length)
}
