/** What a kind of event is: a name, a sentence, and what its messages say. */
import type * as z from 'zod'

export interface EventDefinition<Type extends string = string, Data extends z.ZodObject = z.ZodObject> {
  /** `thing.happened`, as receivers see it in `type`. */
  readonly type: Type
  /** When it is told; for the reference and the OpenAPI document. */
  readonly summary: string
  /** The message's `data`. */
  readonly data: Data
  /** What a test message says. */
  readonly example: z.input<Data>
}

export function defineEvent<const Type extends string, Data extends z.ZodObject>(
  definition: EventDefinition<Type, Data>,
): EventDefinition<Type, Data> {
  return Object.freeze(definition)
}
