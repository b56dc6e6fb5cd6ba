/**
 * A job: many pictures through one pipeline. `{ sources, store, pipeline, output, outputs, orient, name }`.
 *
 * What is done with each picture is written as in a request for one. `sources` says which pictures; without it they
 * come in a file beside the JSON. `store` stands once, for all results, and its path is a template.
 */
import type { Limits } from '../../limits/limits.ts'
import { pointer } from '../json-text.ts'
import { invalidPayload } from '../payload-problem.ts'
import { type BatchSources, readSources } from './batch-sources.ts'
import { type JsonPipelineRequest, jsonPipeline } from './index.ts'
import { inside, readLabel, readObject } from './members.ts'
import { type PathTemplate, parsePathTemplate } from './path-template.ts'
import { readStore, type StoreWish } from './store.ts'

export interface BatchRequest {
  readonly name: string | undefined
  readonly sources: BatchSources
  readonly store: StoreWish<PathTemplate> | undefined
  readonly orient: boolean
  readonly outputs: JsonPipelineRequest['outputs']
}

const members = ['name', 'sources', 'store', 'pipeline', 'output', 'outputs', 'orient'] as const

/** @throws Problem `pipeline/invalid` with a `pointer`, and whatever a request for one picture is refused with */
export function parseBatch(body: unknown, limits: Limits): BatchRequest {
  const { name, sources, store, ...each } = readObject(body, 'The body', '', members)
  // Nobody waits for the result with a format in mind: `auto` may choose from all.
  const { orient, outputs } = jsonPipeline.parse(each, 'avif,webp', limits)
  for (const [index, output] of outputs.entries()) {
    if (output.store === undefined) continue
    throw invalidPayload(
      pointer('outputs', index, 'store'),
      '"store" of a job stands beside "outputs", and its path tells them apart by {output}.',
    )
  }
  const read = readStore(store, (text) => inside('/store/path', () => parsePathTemplate(text)))
  if (read === undefined && outputs.some(({ output }) => output.kind === 'image'))
    throw invalidPayload('/store', 'A job needs "store": where its results go.')
  return { name: readLabel(name, '/name'), sources: readSources(sources), store: read, orient, outputs }
}
