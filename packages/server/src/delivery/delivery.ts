/** The delivery feature as the listener sees it: which targets are its own, and what to do with them. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Dialect, mountOf } from '@fovea/core'
import { AccessLog } from '../observe/index.ts'
import type { DeliveryContext, DeliveryDependencies } from './dependencies.ts'
import { Flights } from './flights.ts'
import { handle } from './handle.ts'
import { Hits } from './hits.ts'
import { SearchHints } from './search-hints.ts'
import { VariantStore } from './variants/index.ts'
import { watchDelivery } from './watch.ts'

const accountEveryMs = 10_000

export class Delivery {
  readonly #context: DeliveryContext
  readonly #unsubscribe: () => void
  readonly #accounting: NodeJS.Timeout
  /** Memory hits that have been handed on. */
  #accounted = 0
  /** Deletions of old variants that are going on. */
  readonly #sweeps = new Set<Promise<void>>()

  constructor(dependencies: DeliveryDependencies) {
    const { changes, config, log, metrics, variantDir } = dependencies
    this.#context = {
      ...dependencies,
      variants: new VariantStore({ dir: variantDir, capacityBytes: config.FOVEA_CACHE_BYTES, log }),
      flights: new Flights(),
      hints: new SearchHints(),
      hits: new Hits(config.FOVEA_MEMORY_CACHE_BYTES, changes),
      access: new AccessLog(log),
    }
    watchDelivery(this.#context, metrics)
    this.#accounting = setInterval(this.#account, accountEveryMs).unref()
    this.#unsubscribe = changes.subscribe((change) => {
      if (change.kind !== 'asset') return
      this.#context.flights.outdate(change.assetId)
      const sweep = this.#context.variants.removeAsset(change.projectId, change.assetId, change.gone)
      this.#sweeps.add(sweep)
      void sweep.finally(() => this.#sweeps.delete(sweep))
    })
  }

  /** Hands what the hit path has only added up to the usage and the log. */
  readonly #account = (): void => {
    const { hits, usage, log } = this.#context
    const accounts = hits.takeAccounts()
    for (const { projectId, bytes } of accounts) usage.add(projectId, { bandwidthBytes: bytes })
    const requests = hits.served - this.#accounted
    if (requests > 0) log.info({ event: 'delivery.memory_hits', requests, bytes: sum(accounts) })
    this.#accounted = hits.served
  }

  /** The memory cache, for the front of the listener. */
  get hits(): Hits {
    return this.#context.hits
  }

  /** The dialect whose mount a raw target in origin form starts with. */
  owner(target: string): Dialect | undefined {
    return mountOf(target)?.dialect
  }

  /** Answers one request to a mount. Never rejects. */
  handle(
    request: IncomingMessage,
    response: ServerResponse,
    target: string,
    dialect: Dialect,
    requestId: string,
  ): Promise<void> {
    return handle({ request, response, target, dialect, requestId }, this.#context)
  }

  /** Takes stock of the disk cache; call it when the first requests have been answered. Never rejects. */
  scan(): Promise<void> {
    return this.#context.variants.scan()
  }

  /** Waits until running renders have been stored and sweeps have ended. */
  async settled(): Promise<void> {
    await this.#context.flights.settled()
    await Promise.allSettled(this.#sweeps)
  }

  /** Lets go of everything once it has come to rest. */
  async close(): Promise<void> {
    await this.settled()
    clearInterval(this.#accounting)
    this.#account()
    this.#unsubscribe()
    this.#context.hits.close()
    this.#context.access.flush()
  }
}

function sum(accounts: readonly { readonly bytes: number }[]): number {
  return accounts.reduce((total, { bytes }) => total + bytes, 0)
}
