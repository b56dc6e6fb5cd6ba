/** The words of an output's choices, for those who read them from outside. */
import type { ImageOutput } from './output.ts'

export const metadataPolicies = [
  'none',
  'copyright',
  'all',
] as const satisfies readonly ImageOutput['metadata'][]
export const chromas = ['4:2:0', '4:4:4'] as const satisfies readonly ImageOutput['chroma'][]
export const paletteSizes = [2, 4, 16, 256] as const satisfies readonly ImageOutput['colors'][]
export const colorSpaces = ['srgb', 'p3'] as const satisfies readonly ImageOutput['colorSpace'][]
