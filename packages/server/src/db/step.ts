/** Parts of a transaction that is known as a whole before it begins. */
import type { Compilable, CompiledQuery } from 'kysely'

/** A statement, or what must be so for the transaction to count. */
export type Step =
  | { readonly query: Compilable; readonly mustReturn?: boolean }
  | { readonly fileMustExist: string }

/** As it crosses into the thread. */
export type CompiledStep =
  | (Pick<CompiledQuery, 'sql' | 'parameters'> & { readonly mustReturn: boolean })
  | { readonly fileMustExist: string }

export function compiled(step: Step): CompiledStep {
  if ('fileMustExist' in step) return step
  const { sql, parameters } = step.query.compile()
  return { sql, parameters, mustReturn: step.mustReturn === true }
}
