/** Bits of the code-block style. Source: ISO/IEC 15444-1 table A.19 */
export const blockStyles = {
  bypass: 1,
  resetContexts: 2,
  terminateAll: 4,
  verticallyCausal: 8,
  segmentationSymbols: 32,
} as const
