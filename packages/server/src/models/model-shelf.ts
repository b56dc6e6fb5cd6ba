/**
 * Which models this server has. What is made with a model carries its id in its key: a better one that arrives while
 * the server runs makes new variants, and none of the old ones is served under its name.
 */
import { modelWork, type Pipeline, type Sightings } from '@fovea/core'
import { modelIn, models, type Task, tasksFor } from '@fovea/engine/models'

/** How long an answer about a directory is believed, ms. */
const believedMs = 10_000

export class ModelShelf {
  readonly directories: readonly string[]
  #ids: Readonly<Record<Task, string | undefined>> | undefined
  #askedAt = 0

  constructor(directories: readonly string[]) {
    this.directories = directories
  }

  /** Ids of the models that have a say in what is seen of this; `undefined` for each that is missing. */
  idsFor(fact: keyof Sightings): readonly (string | undefined)[] {
    return tasksFor[fact].map((task) => this.#here()[task])
  }

  /** Tasks of this that no model here can do. */
  missingOf(fact: keyof Sightings): readonly Task[] {
    return tasksFor[fact].filter((task) => this.#here()[task] === undefined)
  }

  /** Ids of the models that have a say in what the pipeline makes: "" for none, `none` for each that is missing. */
  revisionFor(pipeline: Pipeline): string {
    return tasksOf(pipeline)
      .map((task) => this.#here()[task] ?? 'none')
      .join('+')
  }

  /** What the pipeline asks models for and this server has none for. */
  missingFor(pipeline: Pipeline): readonly Task[] {
    return tasksOf(pipeline).filter((task) => this.#here()[task] === undefined)
  }

  /** Id of the model that does the task here. */
  idOf(task: Task): string | undefined {
    return this.#here()[task]
  }

  #here(): Readonly<Record<Task, string | undefined>> {
    const now = performance.now()
    if (this.#ids === undefined || now - this.#askedAt > believedMs) {
      const idOf = <T extends Task>(task: T) => modelIn<T>(models[task], this.directories)?.model.id
      this.#ids = {
        faces: idOf('faces'),
        subjects: idOf('subjects'),
        matte: idOf('matte'),
        upscale: idOf('upscale'),
      }
      this.#askedAt = now
    }
    return this.#ids
  }
}

function tasksOf(pipeline: Pipeline): readonly Task[] {
  return [...new Set(modelWork(pipeline).flatMap((work): readonly Task[] => tasksFor[work]))]
}
