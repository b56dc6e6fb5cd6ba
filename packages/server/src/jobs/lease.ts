/** Work that nobody has renewed for this long is taken up by another process, ms. */
export const leaseMs = 60_000
