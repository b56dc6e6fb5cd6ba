/** Refuses operations that must see and cannot: nothing found would be taken for nobody there. */
import { operationNamed, type Pipeline, problem } from '@fovea/core/model'
import { hasModel } from './runtime.ts'

/**
 * @param done operations of the request before these
 * @throws Problem `operation/unavailable` for the first operation whose model is not here
 */
export function demandModels(pipeline: Pipeline, done: number): void {
  for (const [index, operation] of pipeline.entries()) {
    const missing = operationNamed(operation.op)
      .mustSee?.(operation)
      .find((fact) => !hasModel(fact))
    if (missing === undefined) continue
    throw problem('operation/unavailable', {
      detail: `${operation.op} needs a model that finds ${missing}, and there is none on this server. "fovea models prepare" fetches one; a server that has just started may be fetching it now.`,
      members: { index: done + index, operation: operation.op, model: missing },
    })
  }
}
