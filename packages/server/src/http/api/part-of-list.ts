/** Lists that are short by nature and answered whole, unless a part is asked for. Longer ones have cursors. */
import * as z from 'zod'

export const partOfList = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(1_000),
  offset: z.coerce.number().int().min(0).default(0),
})

export function partOf<T>(all: readonly T[], { limit, offset }: z.output<typeof partOfList>): readonly T[] {
  return all.slice(offset, offset + limit)
}
