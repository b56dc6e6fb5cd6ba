/** The delivery feature as the listener sees it: which targets are its own, and what to do with them. */
import type { IncomingMessage } from 'node:http'
import { detect, dialectNamed, mountOf } from '@fovea/core'
import { AccessLog } from '../observe/index.ts'
import type { ProjectId } from '../projects/index.ts'
import { ClientUrls } from './client-url.ts'
import type { DeliveryContext, DeliveryDependencies } from './dependencies.ts'
import { Flights } from './flights.ts'
import { type Handled, handle, hitKey, pathOf, type Routed } from './handle.ts'
import { Hits } from './hits.ts'
import { Hosts } from './hosts.ts'
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
      clients: new ClientUrls(config.publicUrl, config.FOVEA_TRUSTED_PROXIES),
      hosts: new Hosts({
        projects: dependencies.projects,
        own: ownHosts(config.publicUrl),
        baseDomain: config.FOVEA_BASE_DOMAIN,
      }),
    }
    watchDelivery(this.#context, metrics)
    this.#accounting = setInterval(this.#account, accountEveryMs).unref()
    this.#unsubscribe = changes.subscribe((change) => {
      if (change.kind === 'project') this.#context.hosts.forget()
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

  /** The cache on disk, for what is kept beside the variants whoever makes it. */
  get variants(): VariantStore {
    return this.#context.variants
  }

  /**
   * Where a request leads; `undefined` when it is not delivery's. A promise only for hosts that are not yet known to
   * be the installation's own.
   */
  route(request: IncomingMessage, target: string): Routed | undefined | Promise<Routed | undefined> {
    const { hosts, clients } = this.#context
    const host = clients.host(request)
    return hosts.isOwn(host) ? this.#routeOwn(target) : this.#routeHost(host, target)
  }

  #routeOwn(target: string): Routed | undefined {
    const mounted = mountOf(target)
    if (mounted === undefined) return undefined
    return { dialect: mounted.dialect, match: detect(pathOf(target)), host: '', origin: null }
  }

  async #routeHost(host: string, target: string): Promise<Routed | undefined> {
    const route = await this.#context.hosts.route(host, pathOf(target))
    if (route.kind === 'own') return this.#routeOwn(target)
    if (route.kind === 'nobody')
      return { dialect: dialectNamed('img-src'), match: undefined, host, origin: null }
    const { match, origin } = route
    return { dialect: match.dialect, match, host, origin }
  }

  /** Key of a request in the memory cache: hosts of projects have targets of their own. */
  hitKey(host: string, target: string): string {
    return this.#context.hosts.isOwn(host) ? target : hitKey(host, target)
  }

  /** Whether a proxy may name another host than the `Host` header does. */
  get hasProxies(): boolean {
    return this.#context.clients.hasProxies
  }

  /** Answers one routed request. Never rejects. */
  handle(handled: Handled): Promise<void> {
    return handle(handled, this.#context)
  }

  /** Takes stock of the disk cache; call it when the first requests have been answered. Never rejects. */
  scan(): Promise<void> {
    return this.#context.variants.scan()
  }

  /** Deletes all variants of a project that is gone. */
  removeProject(projectId: ProjectId): Promise<void> {
    return this.#context.variants.removeProject(projectId)
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

/** Names under which this server is reached without belonging to a project. */
function ownHosts(publicUrl: string): readonly string[] {
  return ['localhost', '127.0.0.1', '[::1]', new URL(publicUrl).hostname]
}
