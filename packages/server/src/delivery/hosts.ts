/**
 * Which host names lead to the installation itself and which to one project.
 *
 * On a project's host there is no project in the path: mounts work without it, and every other path speaks the host's
 * own dialect. A subdomain of the base domain is the project of that slug, in the signed payload form; `cdn.` below
 * it is the img-src form without `/i`.
 */
import { type DialectMatch, detect, detectOnHost, dialectNamed } from '@fovea/core'
import { cdnLabel } from '../projects/index.ts'
import type { Domain, Project } from '../projects/project.ts'

export interface HostsOptions {
  readonly projects: {
    resolve(slug: string): Promise<Project | undefined>
    resolveHost(host: string): Promise<{ readonly project: Project; readonly domain: Domain } | undefined>
  }
  /** Host names of the installation, lower case, without port. */
  readonly own: readonly string[]
  /** `img.example.com`: its subdomains are projects. */
  readonly baseDomain: string | undefined
}

/** Where a request on a host leads. */
export type Route =
  /** A mount of the installation, or nothing of delivery's. */
  | { readonly kind: 'own' }
  /** A host of a project: everything on it is delivery's. */
  | { readonly kind: 'project'; readonly match: DialectMatch; readonly origin: string | null }
  /** A name below the base domain that no project has. */
  | { readonly kind: 'nobody' }

const rememberedStrangers = 1_000

export class Hosts {
  readonly #options: HostsOptions
  readonly #own: ReadonlySet<string>
  /** Hosts that turned out to be no project's. Forgotten together: a domain may be added at any time. */
  readonly #strangers = new Set<string>()

  constructor(options: HostsOptions) {
    this.#options = options
    this.#own = new Set(['', ...options.own])
  }

  /** Whether it is known without asking that a host is the installation's own. */
  isOwn(host: string): boolean {
    return this.#own.has(host) || this.#strangers.has(host)
  }

  /** Where a raw target in origin form leads on a host that is not `isOwn`. */
  async route(host: string, path: string): Promise<Route> {
    const below = this.#belowBase(host)
    if (below !== undefined) return this.#routeBelowBase(below, path)
    const found = await this.#options.projects.resolveHost(host)
    if (found === undefined) {
      if (this.#strangers.size >= rememberedStrangers) this.#strangers.clear()
      this.#strangers.add(host)
      return { kind: 'own' }
    }
    const { project, domain } = found
    const { dialect, rest } = detectOnHost(path, dialectNamed(domain.dialect))
    const isMounted = dialect.name !== domain.dialect
    return {
      kind: 'project',
      match: { dialect, rest, projectSlug: project.slug },
      origin: isMounted ? null : domain.origin,
    }
  }

  /** Domains changed. */
  forget(): void {
    this.#strangers.clear()
  }

  #belowBase(host: string): string | undefined {
    const { baseDomain } = this.#options
    if (baseDomain === undefined || !host.endsWith(`.${baseDomain}`)) return undefined
    return host.slice(0, -baseDomain.length - 1)
  }

  async #routeBelowBase(label: string, path: string): Promise<Route> {
    if (label === cdnLabel) {
      const match = detect(`/i${path}`)
      return match === undefined ? { kind: 'nobody' } : { kind: 'project', match, origin: null }
    }
    const project = label.includes('.') ? undefined : await this.#options.projects.resolve(label)
    if (project === undefined) return { kind: 'nobody' }
    const match = detectOnHost(path, dialectNamed('signed-payload'))
    return { kind: 'project', match: { ...match, projectSlug: project.slug }, origin: null }
  }
}

/** Host of a `Host` header, lower case, without port and without a dot at the end. */
export function hostName(header: string | undefined): string {
  if (header === undefined) return ''
  const end = header.startsWith('[') ? header.indexOf(']') + 1 : header.indexOf(':')
  const host = (end > 0 ? header.slice(0, end) : header).toLowerCase()
  return host.endsWith('.') ? host.slice(0, -1) : host
}
