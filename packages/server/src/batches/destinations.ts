/** Where the results of a batch go, and the proof, before anything is made, that no two go to the same path. */
import { type Format, type ImageOutput, Problem, problem, traitsOf } from '@fovea/core'
import { type BatchRequest, fillPathTemplate } from '@fovea/core/dialects/json'
import type { ItemSource } from './batch.ts'
import type { NewItem } from './item-source.ts'

type Output = BatchRequest['outputs'][number]
type Store = NonNullable<BatchRequest['store']>

interface Place {
  readonly source: ItemSource
  /** Of the picture, from 0. */
  readonly position: number
  /** Among the outputs, from 0. */
  readonly index: number
  readonly output: Output
  readonly format: Format
}

/**
 * The path of one result.
 * @throws Problem `pipeline/invalid` when it is no path of an image
 */
export function destinationOf({ path }: Pick<Store, 'path'>, place: Place): string {
  const { source, position, index, output, format } = place
  return fillPathTemplate(path, {
    name: source.name,
    dir: source.dir,
    ext: traitsOf(format).extensions[0] ?? format,
    output: output.name ?? String(index + 1),
    index: position + 1,
  })
}

/** @throws Problem `job/same-path` naming both sources, `pipeline/invalid` */
export function checkDestinations({ store, outputs }: BatchRequest, items: readonly NewItem[]): void {
  if (store === undefined) return
  const taken = new Map<string, number>()
  for (const [position, { label, source }] of items.entries()) {
    const mine = new Set<string>()
    for (const [index, output] of outputs.entries()) {
      if (output.output.kind !== 'image') continue
      for (const format of formatsOf(output.output)) {
        const path = named(label, () => destinationOf(store, { source, position, index, output, format }))
        // A format that is chosen later may be that of another output beside it.
        const other = mine.has(`${index} ${path}`) ? undefined : taken.get(path)
        if (other !== undefined) throw samePath(path, label, items[other]?.label ?? '')
        taken.set(path, position)
        mine.add(`${index} ${path}`)
      }
    }
  }
}

/** Every format that the file may come to have. */
function formatsOf({ format, choice }: ImageOutput): readonly Format[] {
  return choice === undefined ? [format] : [...new Set([format, ...choice.among])]
}

function named<T>(label: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    throw problem(error.code, {
      detail: `${label}: ${error.detail}`,
      members: { ...error.members, pointer: '/store/path' },
    })
  }
}

function samePath(path: string, one: string, other: string): Problem {
  const who = one === other ? `Two results of "${one}"` : `Results of "${other}" and of "${one}"`
  return problem('job/same-path', {
    detail: `${who} would go to "${path}": tell them apart with {dir}, {name}, {output} or {index} in "store.path".`,
    members: { pointer: '/store/path', path },
  })
}
