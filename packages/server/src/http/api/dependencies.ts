/** What the API needs of the rest of the server. */
import type { Digest } from '@fovea/core'
import type { FastifyInstance, FastifyServerFactory } from 'fastify'
import type { AssetService } from '../../assets/index.ts'
import type { Changes } from '../../changes.ts'
import type { FactService } from '../../facts/index.ts'
import type { Log } from '../../observe/index.ts'
import type { OriginService, Sources } from '../../origins/index.ts'
import type {
  ApiKey,
  ApiKeyService,
  DomainService,
  Plan,
  PlanCatalogue,
  PresetService,
  Project,
  ProjectService,
  Scope,
} from '../../projects/index.ts'
import type { IterationLayerTransforms } from '../../transforms/index.ts'
import type { UploadService } from '../../uploads/index.ts'
import type { UsageService } from '../../usage/index.ts'
import type { RateLimiter } from './rate-limit.ts'

export interface ApiDependencies {
  /** Address written into links, without a trailing slash. */
  readonly publicUrl: string
  /** Networks whose `X-Forwarded-For` is believed, as in FOVEA_TRUSTED_PROXIES. */
  readonly trustedProxies: string
  readonly projects: ProjectService
  readonly apiKeys: ApiKeyService
  readonly presets: PresetService
  readonly domains: DomainService
  readonly origins: OriginService
  readonly sources: Pick<Sources, 'purge'>
  readonly changes: Changes
  readonly assets: AssetService
  readonly facts: FactService
  readonly uploads: UploadService
  readonly usage: UsageService
  readonly iterationLayer: IterationLayerTransforms
  readonly plans: PlanCatalogue
  readonly digest: Digest
  readonly log: Log
  /** Passed on to Fastify; a listener that calls `api.routing(request, response)` needs none. */
  readonly serverFactory?: FastifyServerFactory
}

/** What handlers are given: the dependencies and what the API keeps itself. */
export interface ApiContext extends ApiDependencies {
  readonly rates: RateLimiter
}

/** Whoever a request speaks for. */
export interface Caller {
  readonly project: Project
  readonly key: ApiKey
  readonly plan: Plan
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on every route that is not public. */
    caller: Caller | null
  }
  interface FastifyContextConfig {
    /** What the key must be allowed to do; public routes have none. */
    scope?: Scope
    /** Answered without a key, and never refused by the rate limit. */
    isPublic?: boolean
  }
}

/** One file of routes. */
export type Routes = (api: FastifyInstance, context: ApiContext) => void
