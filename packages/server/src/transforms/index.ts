export { IterationLayerTransforms } from './iteration-layer.ts'
export { IterationLayerJobs } from './iteration-layer-jobs.ts'
export {
  JsonPipelines,
  type MadeResult,
  type PipelineResult,
  type ReceivedPipeline,
} from './json-pipelines.ts'
export { oneChunk } from './one-chunk.ts'
export { type Opener, openSource } from './open-source.ts'
export { productionOf } from './production.ts'
export { SourceReader } from './sources.ts'
export { type ObjectStores, type StoredObject, storeObjectOnce, writableOrigin } from './store-objects.ts'
