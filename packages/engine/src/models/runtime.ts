/**
 * The models of this process: loaded when first asked, let go when nobody asks for a while. The pool says in
 * `FOVEA_WORKER_MODELS` which directories hold weights, in `FOVEA_WORKER_WARM_MODELS` which tasks' models are to be
 * loaded before somebody asks, and to stay.
 */
import { delimiter } from 'node:path'
import { models, tasks } from './index.ts'
import type { Model, ModelTasks, Session, Task, View } from './model.ts'
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
  return withSession(task, (session, model) => model.run(session, picture))
}

/** Loads what is to be warm, one after the other. What is not here, or cannot be loaded, is left to who asks for it. */
export async function warmUp(): Promise<void> {
  for (const task of warmTasks()) await withSession(task, async () => {}).catch(() => {})
}

/** Whether there is a model for the task. */
export function hasModel(task: Task): boolean {
  return modelFor(task) !== undefined
}

async function withSession<T extends Task, Result>(
  task: T,
  work: (session: Session, model: Model<T>) => Promise<Result>,
): Promise<Result | undefined> {
  const found = modelFor<T>(task)
  if (found === undefined) return undefined
  const { model, path } = found
  const open = async () => {
    const weights = await readWeights(path, model.weights)
    return openSession((await model.toOnnx?.(weights)) ?? weights)
  }
  const isKept = warmTasks().includes(task)
  return sessions.use({ id: model.id, open, isKept }, (session) => work(session, model))
}

function modelFor<T extends Task>(task: T) {
  return modelIn<T>(models[task], directories())
}

function warmTasks(): readonly Task[] {
  const wanted = (process.env.FOVEA_WORKER_WARM_MODELS ?? '').split(',')
  return tasks.filter((task) => wanted.includes(task))
}

function directories(): readonly string[] {
  return (process.env.FOVEA_WORKER_MODELS ?? '').split(delimiter).filter((path) => path !== '')
}
