/**
 * The metrics of the server. Names are stable; the list is in docs/reference/metrics.md.
 *
 * Labels: `dialect` (registry names and `none`), `status` (2xx … 5xx), `cache` (memory, disk, joined, miss, original,
 * facts, none), `stage`, `from` (kept, model). Nothing a client chooses becomes a label.
 */
import type { Metric } from './instruments.ts'
import { Counter, Gauge, Histogram } from './instruments.ts'

export type CacheState = 'memory' | 'disk' | 'joined' | 'miss' | 'original' | 'facts' | 'none'

const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20]

export interface DeliverySample {
  readonly dialect: string
  readonly status: number
  readonly cache: CacheState
  readonly bytes: number
  readonly ms: number
}

export class Metrics {
  readonly #metrics: Metric[] = []
  readonly requests = this.#own(
    new Counter('fovea_delivery_requests_total', 'Image requests by dialect, status class and cache state'),
  )
  readonly bytes = this.#own(
    new Counter('fovea_delivery_bytes_total', 'Bytes of image bodies sent, by cache state'),
  )
  readonly seconds = this.#own(
    new Histogram(
      'fovea_delivery_seconds',
      'Time to the answer of image requests that missed the memory cache, by cache state',
      secondsBuckets,
    ),
  )
  readonly stages = this.#own(
    new Histogram('fovea_render_stage_seconds', 'Time per stage of a render', secondsBuckets),
  )
  readonly decodes = this.#own(new Counter('fovea_decodes_total', 'Renders handed to a decoding child'))
  readonly mattes = this.#own(
    new Counter('fovea_mattes_total', 'Mattes that renders were made with, kept ones and those of the model'),
  )
  readonly errors = this.#own(
    new Counter('fovea_unexpected_errors_total', 'Requests that ended in an opaque 500'),
  )
  #registry: Promise<{ readonly contentType: string; metrics(): Promise<string> }> | undefined

  /** A value read at each scrape. */
  gauge(
    name: string,
    help: string,
    read: ConstructorParameters<typeof Gauge>[2],
    type?: 'gauge' | 'counter',
  ): void {
    this.#own(new Gauge(name, help, read, type))
  }

  /** Notes one answered image request. Not called on the memory hit path, which counts in integers of its own. */
  delivered({ dialect, status, cache, bytes, ms }: DeliverySample): void {
    this.requests.add({ dialect, status: `${Math.floor(status / 100)}xx`, cache })
    if (bytes > 0) this.bytes.add({ cache }, bytes)
    this.seconds.observe({ cache }, ms / 1000)
  }

  /** The exposition text; the first call loads prom-client. */
  async expose(): Promise<{ readonly contentType: string; readonly body: string }> {
    this.#registry ??= this.#load()
    const registry = await this.#registry
    return { contentType: registry.contentType, body: await registry.metrics() }
  }

  #own<M extends Metric>(metric: M): M {
    this.#metrics.push(metric)
    return metric
  }

  async #load() {
    const { default: client } = await import('prom-client')
    const registry = new client.Registry()
    client.collectDefaultMetrics({ register: registry })
    for (const metric of this.#metrics) {
      const { name, help, type } = metric
      const get = async () => ({ name, help, type, aggregator: 'sum', values: metric.samples() })
      // The registry only ever calls `get` and reads `name`; its own type asks for its own classes.
      registry.registerMetric({ name, help, type, get, reset: () => undefined } as unknown as InstanceType<
        typeof client.Gauge
      >)
    }
    return registry
  }
}
