/**
 * The request languages whose requests are JSON documents, apart from those of URLs: an image never needs them, so
 * they are loaded with the API.
 */
export { type IterationLayerRequest, iterationLayer } from './iteration-layer/index.ts'
export { isIterationLayerPath, iterationLayerProblem } from './iteration-layer/problem.ts'
export { type BatchRequest, parseBatch } from './json-pipeline/batch.ts'
export { type BatchSource, type BatchSources, readBatchSource } from './json-pipeline/batch-sources.ts'
export { type JsonOutput, type JsonPipelineRequest, jsonPipeline } from './json-pipeline/index.ts'
export { fillPathTemplate } from './json-pipeline/path-template.ts'
export type { JsonSource } from './json-pipeline/source.ts'
export type { ImageWish, ObjectWish, StoreWish } from './json-pipeline/store.ts'
export { parseJson } from './json-text.ts'
export { outputFormats } from './signed-payload-output.ts'
