export { IterationLayerTransforms, type MadeFile } from './iteration-layer.ts'
export {
  JsonPipelines,
  type MadeResult,
  type PipelineResult,
  type ReceivedPipeline,
} from './json-pipelines.ts'
export { SourceReader } from './sources.ts'
