/** What a route takes and gives that reads its body or writes its answer itself: for the OpenAPI document alone. */
import type * as z from 'zod'

type Bodies = Readonly<Record<string, z.ZodType>>

export interface RouteDescription {
  /** By media type. */
  readonly body?: Bodies
  /** A request without any body is one, too. */
  readonly isBodyOptional?: boolean
  /** Headers it reads. */
  readonly headers?: z.ZodObject
  /** What is answered when it is refused or fails, where that is no Problem. */
  readonly refusal?: z.ZodType
  /** By status. */
  readonly answers?: Readonly<
    Record<
      number,
      {
        readonly content?: Bodies
        /** Name → what it says. */
        readonly headers?: Readonly<Record<string, string>>
      }
    >
  >
}
