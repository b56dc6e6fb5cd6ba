/**
 * Statements of one transaction that do not need each other's results, sent in one go: each round trip to the database
 * keeps every other writer waiting.
 */

/**
 * Waits for all of them, also when one fails: what still ran would otherwise do so behind the end of the transaction,
 * and be kept. They may run in any order.
 * @throws what the first of those that failed did
 */
export async function together<T extends readonly unknown[]>(
  ...work: T
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(work)
  return Promise.all(work)
}
