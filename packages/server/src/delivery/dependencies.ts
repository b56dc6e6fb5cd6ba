/** What delivery needs of the rest of the server: narrow, so that tests can run it without a database. */
import type { AssetRef, DialectName, Digest, Limits, Seen, Sightings, TransformId } from '@fovea/core'
import type { EnginePool, HeaderFacts } from '@fovea/engine/pool'
import type { AccessLink } from '../access-links/access-link.ts'
import type { Asset, BlobHash } from '../assets/asset.ts'
import type { Changes } from '../changes.ts'
import type { Config } from '../config.ts'
import type { ModelShelf } from '../models/index.ts'
import type { AccessLog, Log, Metrics } from '../observe/index.ts'
import type { ConfiguredOrigin, Sources } from '../origins/index.ts'
import type { Project, ProjectId } from '../projects/project.ts'
import type { HeldFile } from '../storage/index.ts'
import type { ClientUrls } from './client-url.ts'
import type { Flights } from './flights.ts'
import type { Hits } from './hits.ts'
import type { Hosts, HostsOptions } from './hosts.ts'
import type { SearchHints } from './search-hints.ts'
import type { Variant, VariantStore } from './variants/index.ts'

/** A reserved transform: counted when committed, given back when released. */
export interface Reservation {
  commit(): Promise<void>
  release(): Promise<void>
}

/** A version of a picture, and its bytes as a file. */
interface Picture {
  readonly projectId: ProjectId
  readonly hash: BlobHash
  readonly facts: HeaderFacts
  file(): Promise<HeldFile>
}

export interface DeliveryDependencies {
  readonly projects: HostsOptions['projects']
  readonly assets: {
    findForDelivery(project: Project, path: string, match: AssetRef['match']): Promise<Asset | undefined>
    findLinked(project: Project, path: string, hash: BlobHash): Promise<Asset | undefined>
  }
  readonly links: {
    /** @throws Problem `link/…` when the token opens nothing, or no longer */
    open(projectId: ProjectId, token: string): Promise<AccessLink>
    /** Counts a picture that is about to be sent. @throws Problem `link/used-up` */
    use(link: AccessLink): Promise<void>
  }
  readonly origins: { list(projectId: ProjectId): Promise<readonly ConfiguredOrigin[]> }
  readonly sources: Pick<Sources, 'find'>
  readonly blobs: { file(projectId: ProjectId, hash: BlobHash): Promise<HeldFile> }
  readonly pool: Pick<EnginePool, 'run' | 'status'>
  readonly sightings: {
    /** @param pool whose children look, where nobody has yet */
    of(source: Picture, wanted: keyof Sightings, pool: Pick<EnginePool, 'run'>): Promise<Seen>
  }
  readonly usage: {
    reserve(projectId: ProjectId, transformId: TransformId): Promise<Reservation>
    /** Counts what was sent; only remembers, so it may be called often. */
    add(projectId: ProjectId, counted: { readonly bandwidthBytes: number }): void
    /** Counts a variant that was made with a preset. */
    usedPreset(projectId: ProjectId, dialect: DialectName, name: string): void
  }
  readonly changes: Changes
  readonly config: Pick<
    Config,
    | 'FOVEA_BASE_DOMAIN'
    | 'FOVEA_CACHE_BYTES'
    | 'FOVEA_MEMORY_CACHE_BYTES'
    | 'FOVEA_TRUSTED_PROXIES'
    | 'publicUrl'
  >
  /** Directory of the variant cache. */
  readonly variantDir: string
  readonly limits: Limits
  /** Versions of everything that makes pixels (`engineRevision` of the engine, asked without loading it here). */
  readonly engineRevision: string
  readonly models: Pick<ModelShelf, 'revisionFor' | 'missingFor' | 'idOf' | 'idsFor' | 'missingOf'>
  readonly digest: Digest
  readonly log: Log
  readonly metrics: Metrics
}

/** Dependencies plus what delivery owns: what the functions of this folder are given. */
export interface DeliveryContext extends DeliveryDependencies {
  readonly variants: VariantStore
  readonly flights: Flights<Variant>
  readonly hits: Hits
  readonly access: AccessLog
  readonly clients: ClientUrls
  readonly hosts: Hosts
  readonly hints: SearchHints
}
