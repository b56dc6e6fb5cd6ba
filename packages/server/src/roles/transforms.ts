/** The services behind JSON requests, which the API answers with and the worker works off. */
import type { App } from '../app.ts'
import { nodeDigest } from '../delivery/index.ts'
import {
  IterationLayerJobs,
  IterationLayerTransforms,
  JsonPipelines,
  SourceReader,
} from '../transforms/index.ts'

export function transformServices(app: App) {
  const reader = new SourceReader({ ...app, temporary: app.storage.temporary })
  const making = { ...app, reader, digest: nodeDigest }
  const iterationLayer = new IterationLayerTransforms(making)
  return {
    iterationLayer,
    iterationLayerJobs: new IterationLayerJobs({ ...app, iterationLayer }),
    pipelines: new JsonPipelines(making),
  }
}
