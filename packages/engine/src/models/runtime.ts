/**
 * The models of this process: loaded when first asked, let go when nobody asks for a while. The pool says in
 * `FOVEA_WORKER_MODELS` which directories hold weights.
 */
import { delimiter } from 'node:path'
import { models } from './index.ts'
import type { Model, ModelTasks, Session, Task, View } from './model.ts'
import { openSession } from './session.ts'
import { modelIn, readWeights } from './weights.ts'

/** A child that is recycled loads again, which takes 50–600 ms per model. */
const idleMs = 120_000

interface Loaded {
  readonly session: Promise<Session>
  timer: NodeJS.Timeout | undefined
  running: number
}

const loaded = new Map<string, Loaded>()

/**
 * What the best model of the task that is here answers; `undefined` when there is none.
 * @throws Error when its weights are not the ones that were pinned
 */
export async function ask<T extends Task>(task: T, picture: View): Promise<ModelTasks[T] | undefined> {
  const found = modelIn<T>(models[task], directories())
  if (found === undefined) return undefined
  return use(found.model, found.path, (session) => found.model.run(session, picture))
}

/** Whether there is a model for the task. */
export function hasModel(task: Task): boolean {
  return modelIn(models[task], directories()) !== undefined
}

function directories(): readonly string[] {
  return (process.env.FOVEA_WORKER_MODELS ?? '').split(delimiter).filter((path) => path !== '')
}

async function use<T>(model: Model, path: string, run: (session: Session) => Promise<T>): Promise<T> {
  const one = loaded.get(model.id) ?? load(model, path)
  clearTimeout(one.timer)
  one.running++
  try {
    return await run(await one.session)
  } finally {
    one.running--
    if (one.running === 0) one.timer = setTimeout(() => void letGo(model.id), idleMs).unref()
  }
}

function load({ id, weights }: Model, path: string): Loaded {
  const session = readWeights(path, weights).then(openSession)
  const one: Loaded = { session, timer: undefined, running: 0 }
  loaded.set(id, one)
  session.catch(() => loaded.delete(id))
  return one
}

async function letGo(id: string): Promise<void> {
  const one = loaded.get(id)
  loaded.delete(id)
  await (await one?.session)?.close()
}
