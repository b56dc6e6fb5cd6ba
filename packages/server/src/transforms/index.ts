export { IterationLayerTransforms, type MadeFile } from './iteration-layer.ts'
export { SourceReader } from './sources.ts'
