/** The words of an output's choices, for those who read them from outside. */
import type { ImageOutput } from './output.ts'

export const metadataPolicies = [
  'none',
  'copyright',
  'all',
] as const satisfies readonly ImageOutput['metadata'][]
export const colorSpaces = ['srgb', 'p3'] as const satisfies readonly ImageOutput['colorSpace'][]
