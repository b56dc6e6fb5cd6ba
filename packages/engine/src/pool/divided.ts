/**
 * Two pools that look like one: what needs models has children and a queue of its own, so that no picture that could be
 * made at once waits behind one that has to be looked at.
 */
import type { PoolCounters } from './counters.ts'
import type { EnginePool, RunJob } from './pool-types.ts'

/** The pool with models is started by the first job that needs it, or behind the other where it `isWarm`. */
export function dividePool(plain: EnginePool, startModels: () => EnginePool, isWarm = false): EnginePool {
  let models: EnginePool | undefined
  const started = () => (models === undefined ? [plain] : [plain, models])
  const poolFor = ({ cost }: RunJob) => {
    if (cost.needsModels !== true) return plain
    models ??= startModels()
    return models
  }
  return {
    get sandbox() {
      return plain.sandbox
    },
    async warm() {
      await plain.warm()
      if (!isWarm) return
      models ??= startModels()
      await models.warm()
    },
    probe: (source, limits, options) => plain.probe(source, limits, options),
    run: (job, options) => poolFor(job).run(job, options),
    status() {
      const all = started().map((pool) => pool.status())
      const sum = (of: (status: (typeof all)[number]) => number) =>
        all.reduce((total, status) => total + of(status), 0)
      const names = Object.keys(plain.status().counters) as readonly (keyof PoolCounters)[]
      return {
        sandbox: plain.sandbox,
        queued: { fast: sum(({ queued }) => queued.fast), slow: sum(({ queued }) => queued.slow) },
        running: sum(({ running }) => running),
        runningBytes: sum(({ runningBytes }) => runningBytes),
        quarantined: sum(({ quarantined }) => quarantined),
        workers: all.flatMap(({ workers }) => workers),
        counters: Object.fromEntries(
          names.map((name) => [name, sum((status) => status.counters[name])]),
        ) as unknown as PoolCounters,
      }
    },
    async drain() {
      await Promise.all(started().map((pool) => pool.drain()))
    },
    async close() {
      await Promise.all(started().map((pool) => pool.close()))
    },
  }
}
