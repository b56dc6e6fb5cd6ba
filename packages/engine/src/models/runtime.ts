/**
 * The models of this process: loaded when first asked, let go when nobody asks for a while. The pool says in
 * `FOVEA_WORKER_MODELS` which directories hold weights.
 */
import { delimiter } from 'node:path'
import { models } from './index.ts'
import type { ModelTasks, Task, View } from './model.ts'
import { openSession } from './session.ts'
import { Sessions } from './sessions.ts'
import { modelIn, readWeights } from './weights.ts'

/** A child that is recycled loads again, which takes 50–600 ms per model. */
const idleMs = 120_000

const sessions = new Sessions(idleMs)

/**
 * What the best model of the task that is here answers; `undefined` when there is none.
 * @throws Error when its weights are not the ones that were pinned
 */
export async function ask<T extends Task>(task: T, picture: View): Promise<ModelTasks[T] | undefined> {
  const found = modelIn<T>(models[task], directories())
  if (found === undefined) return undefined
  const { model, path } = found
  const open = () => readWeights(path, model.weights).then(openSession)
  return sessions.use(model.id, open, (session) => model.run(session, picture))
}

/** Whether there is a model for the task. */
export function hasModel(task: Task): boolean {
  return modelIn(models[task], directories()) !== undefined
}

function directories(): readonly string[] {
  return (process.env.FOVEA_WORKER_MODELS ?? '').split(delimiter).filter((path) => path !== '')
}
