import type { OperationInput } from '@fovea/core'
import { describe, expectTypeOf, it } from 'vitest'
import type { Operation, OperationOptions } from './operations.ts'

/** Core's types allow callers to change lists; the client's do not. */
type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T

type Names<T> = T extends { readonly op: infer N } ? { readonly [K in N & string]: keyof T } : never
type Merged<U> = (U extends unknown ? (part: U) => void : never) extends (part: infer I) => void ? I : never

describe('the generated operations', () => {
  it('are operations of the server', () => {
    expectTypeOf<Operation>().toExtend<Frozen<OperationInput>>()
  })

  it('are all of them, with all their options', () => {
    expectTypeOf<keyof OperationOptions>().toEqualTypeOf<OperationInput['op']>()
    expectTypeOf<Merged<Names<Operation>>>().toEqualTypeOf<Merged<Names<OperationInput>>>()
  })
})
