export type { Digest } from './digest.ts'
