/** What the API needs of the rest of the server. */
import type { Digest, Limits } from '@fovea/core'
import type { FastifyInstance, FastifyServerFactory } from 'fastify'
import type { AccessLinkService } from '../../access-links/index.ts'
import type {
  Accounts,
  ClosingService,
  InvitationService,
  NoticeService,
  OperatedTeams,
  SignedIn,
  TeamService,
  TokenVerifier,
} from '../../accounts/index.ts'
import type { AssetService, TrashService, VersionService } from '../../assets/index.ts'
import type { AuditLog } from '../../audit/index.ts'
import type { BatchService } from '../../batches/index.ts'
import type { Changes } from '../../changes.ts'
import type { ConsoleBuild, ConsoleFiles } from '../../console/index.ts'
import type { Database } from '../../db/index.ts'
import type { Egress } from '../../egress/index.ts'
import type { EventSink } from '../../events/index.ts'
import type { ExportService } from '../../exports/index.ts'
import type { FactService, NearImages, SightingService } from '../../facts/index.ts'
import type { IdempotencyKeys } from '../../idempotency/index.ts'
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
  Role,
  Scope,
} from '../../projects/index.ts'
import type { IterationLayerJobs, IterationLayerTransforms, JsonPipelines } from '../../transforms/index.ts'
import type { DirectUploads, PendingUploads, ResumableUploads, UploadService } from '../../uploads/index.ts'
import type { UsageService } from '../../usage/index.ts'
import type { DeliveryLog, WebhookService } from '../../webhooks/index.ts'
import type { RateLimiter } from './rate-limit.ts'
import type { RouteDescription } from './route-description.ts'

export interface ApiDependencies {
  /** Address written into links, without a trailing slash. */
  readonly publicUrl: string
  /** Networks whose `X-Forwarded-For` is believed, as in FOVEA_TRUSTED_PROXIES. */
  readonly trustedProxies: string
  readonly accounts: Accounts
  readonly teams: TeamService
  readonly audit: AuditLog
  readonly idempotency: IdempotencyKeys
  /** How long a closed project can be opened again, days. */
  readonly closeDays: number
  readonly invitations: InvitationService
  /** Tokens of an issuer that the operator trusts. */
  readonly tokens: TokenVerifier | undefined
  readonly operatedTeams: OperatedTeams
  readonly closing: ClosingService
  readonly notices: NoticeService
  readonly projects: ProjectService
  readonly apiKeys: ApiKeyService
  readonly links: AccessLinkService
  readonly presets: PresetService
  readonly domains: DomainService
  readonly origins: OriginService
  readonly sources: Pick<Sources, 'purge'>
  readonly changes: Changes
  readonly database: Database
  readonly events: EventSink
  readonly webhooks: WebhookService
  readonly deliveries: DeliveryLog
  readonly assets: AssetService
  readonly trash: TrashService
  readonly versions: VersionService
  readonly facts: FactService
  readonly near: NearImages
  readonly sightings: Pick<SightingService, 'tell'>
  readonly uploads: UploadService
  readonly pending: PendingUploads
  readonly directUploads: DirectUploads
  readonly resumable: ResumableUploads
  readonly egress: Egress
  readonly exports: ExportService
  readonly usage: UsageService
  readonly iterationLayer: IterationLayerTransforms
  readonly iterationLayerJobs: IterationLayerJobs
  readonly pipelines: JsonPipelines
  readonly batches: BatchService
  readonly plans: PlanCatalogue
  readonly consoleBuild: Pick<ConsoleBuild, 'begin' | 'state'>
  readonly consoleFiles: ConsoleFiles
  readonly limits: Limits
  readonly digest: Digest
  readonly log: Log
  /** Passed on to Fastify; a listener that calls `api.routing(request, response)` needs none. */
  readonly serverFactory?: FastifyServerFactory
}

/** What handlers are given: the dependencies and what the API keeps itself. */
export interface ApiContext extends ApiDependencies {
  readonly rates: RateLimiter
}

/** Whose request it is: a program's, by its key or its issuer's token, or a person's, by the session cookie. */
export type Actor =
  | { readonly kind: 'key'; readonly key: ApiKey }
  | { readonly kind: 'token'; readonly subject: string; readonly expiresAt: number }
  | { readonly kind: 'person'; readonly person: SignedIn; readonly role: Role }

/** The project a request speaks for, and what it may do there. */
export interface Caller {
  readonly project: Project
  readonly plan: Plan
  readonly scopes: readonly Scope[]
  readonly actor: Actor
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on every route of a project. */
    caller: Caller | null
    /** Set on every route of a person, and on those of a project that a person asks. */
    person: SignedIn | null
    /** Where a change belongs that made the project or team itself. */
    audited: { readonly projectId?: string; readonly teamId?: string } | null
  }
  interface FastifyContextConfig {
    /** What the caller must be allowed to do; public routes have none. */
    scope?: Scope
    /** The least role of a person; keys are judged by their scopes alone. */
    role?: Role
    /** About the signed-in person, no project; keys are refused. */
    isPersonal?: boolean
    /** Asked by the thousand: its audit events need not be stored before it is answered. */
    isFrequent?: boolean
    /** Header in which a vendor's clients show the key, beside `Authorization`. */
    keyHeader?: string
    /** What the route's schema does not say, asked when the OpenAPI document is made. */
    describe?: () => RouteDescription
    /** Answered without a key, and never refused by the rate limit. */
    isPublic?: boolean
  }
}

/** One file of routes. */
export type Routes = (api: FastifyInstance, context: ApiContext) => void
