export { canonicalJson, canonicalPipeline } from './canonical.ts'
export { parsePipeline } from './schema.ts'
