export type { Variant, VariantMeta } from './variant-file.ts'
export { type VariantPlace, type VariantStats, VariantStore } from './variant-store.ts'
