/**
 * `@fovea/client/session`: for pages of the installation itself. Whoever looks at them is signed in there, and their
 * cookie says who asks; no key is in the page. A project is named with each call.
 */
import { type CallOptions, type Connection, callJson, callOnly, connections, usual } from './connection.ts'
import { fromWire } from './from-wire.ts'
import { Images } from './images.ts'
import { ProjectAccess } from './project-access.ts'

export interface Person {
  readonly id: string
  readonly email: string
  readonly name: string
}

/** A project as one of its people sees it. */
export interface OwnProject {
  readonly id: string
  readonly slug: string
  readonly name: string
  readonly teamName: string
  /** The person's, in the project's team. */
  readonly role: 'viewer' | 'editor' | 'admin' | 'owner'
  readonly state: string
}

/** Who is signed in, and what is theirs. */
export class Session {
  readonly #url: string

  /** @param url of the installation, as the page is reached; no slash at the end */
  constructor(url: string) {
    this.#url = url
  }

  /** `undefined` when nobody is signed in. */
  async person({ signal }: CallOptions = {}): Promise<Person | undefined> {
    const target = '/api/auth/get-session'
    const answer = await callJson(this.#connection(), { target, authorised: false, signal })
    return (answer as { readonly user: Person } | null)?.user
  }

  /** @throws FoveaError 401 when nobody is signed in */
  async projects({ signal }: CallOptions = {}): Promise<readonly OwnProject[]> {
    const target = '/api/v1/projects'
    const answer = await callJson(this.#connection(), { target, authorised: false, signal })
    return (answer as { readonly projects: readonly object[] }).projects.map(
      (project) => fromWire(project) as OwnProject,
    )
  }

  async signOut({ signal }: CallOptions = {}): Promise<void> {
    const target = '/api/auth/sign-out'
    await callOnly(this.#connection(), { method: 'POST', target, json: {}, authorised: false, signal })
  }

  /** What may be done in a project; nothing is asked yet. */
  project(slug: string): ProjectSession {
    return new ProjectSession(this.#connection({ 'x-fovea-project': slug }), slug)
  }

  #connection(credentials: Connection['credentials'] = {}): Connection {
    return { baseUrl: this.#url, credentials, ...usual }
  }
}

/** Takes the place of a client where parts are imported by themselves: `new Facts(session.project('demo'))`. */
export class ProjectSession {
  readonly images: Images
  readonly #connection: Connection

  constructor(connection: Connection, project: string) {
    this.#connection = connection
    connections.set(this, connection)
    const given = { project, signingSecret: undefined, keyId: undefined }
    this.images = new Images(connection, new ProjectAccess(connection, given))
  }

  /** Which delivery URLs are answered without a signature: all, those of listed sizes, none. */
  async access({ signal }: CallOptions = {}): Promise<'open' | 'listed' | 'signed'> {
    const target = '/api/v1/project'
    const answer = await callJson(this.#connection, { target, authorised: true, signal })
    return (answer as { readonly project: { readonly access: 'open' | 'listed' | 'signed' } }).project.access
  }
}
