/** What the engine is to make of a source: the outputs of a JSON request with all their pictures, each with its identity. */
import { type Digest, type Pipeline, picturesOf, transformId } from '@fovea/core'
import type { JsonPipelineRequest } from '@fovea/core/dialects/json'
import { type Finder, locate, type ProducedFrom, type Production, withFocalPoint } from '../delivery/index.ts'
import type { Project } from '../projects/index.ts'

/** @throws Problem `asset/not-found`, `origin/…` for a picture beside the source */
export async function productionOf(
  project: Project,
  { orient, outputs }: Pick<JsonPipelineRequest, 'orient' | 'outputs'>,
  source: ProducedFrom,
  app: Finder & { readonly digest: Digest },
): Promise<Production> {
  const focused = (...pipelines: readonly Pipeline[]) => withFocalPoint({ orient }, source, ...pipelines)
  const pictures = new Map<string, ProducedFrom>()
  const all = outputs.flatMap(({ pipeline }) => pipeline)
  for (const [key, ref] of picturesOf(all, app.limits)) pictures.set(key, await locate(ref, project, app))
  const versions = {
    source: source.hash,
    pictures: Object.fromEntries([...pictures].map(([key, { hash }]) => [key, hash] as const)),
  }
  return {
    project,
    source,
    pictures,
    decode: focused(...outputs.map(({ pipeline }) => pipeline)),
    outputs: outputs.map(({ pipeline, output }) => ({
      pipeline,
      output,
      transformId: transformId(app.digest, { pipeline, output, decode: focused(pipeline) }, versions),
    })),
  }
}
