export { canonicalJson, canonicalPipeline } from './canonical.ts'
export { parseOperation, parsePipeline } from './schema.ts'
