/** Largest `maxBytes` that dialects take: a budget beyond it is no budget. */
export const mostMaxBytes = 1_000_000_000
