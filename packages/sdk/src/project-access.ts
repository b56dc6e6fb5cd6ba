/**
 * Which project the client speaks for, where its pictures are, and what signs their URLs: told by the caller, or asked
 * of the server with the API key when it is first needed.
 *
 * A secret that was asked for is asked for again after an hour, behind the scenes, so that who runs for long
 * follows a rotation; the old one stays live meanwhile.
 */
import { type Connection, callJson } from './connection.ts'

export interface GivenAccess {
  readonly project: string | undefined
  readonly signingSecret: string | undefined
  readonly keyId: string | undefined
}

export interface Access {
  /** Address before the mounts, without a trailing slash. */
  readonly url: string
  /** Slug. */
  readonly project: string
  readonly secret: string | undefined
  readonly keyId: string | undefined
}

const freshMs = 60 * 60 * 1000

export class ProjectAccess {
  readonly #connection: Connection
  readonly #given: GivenAccess
  #asked: { readonly answer: Promise<Access>; readonly at: number } | undefined

  constructor(connection: Connection, given: GivenAccess) {
    this.#connection = connection
    this.#given = given
  }

  /** Slug and address. @throws FoveaError when the server has to be asked and refuses */
  async place(): Promise<Pick<Access, 'url' | 'project'>> {
    const { project } = this.#given
    return project === undefined ? this.#ask() : { url: this.#connection.baseUrl, project }
  }

  /**
   * All that signing needs.
   * @throws FoveaError when the server has to be asked and refuses; TypeError when the key may not sign
   */
  async signing(): Promise<Access & { readonly secret: string }> {
    const { project, signingSecret, keyId } = this.#given
    if (project !== undefined && signingSecret !== undefined) {
      return { url: this.#connection.baseUrl, project, secret: signingSecret, keyId }
    }
    const access = await this.#ask()
    const { secret } = access
    if (secret === undefined) {
      throw new TypeError('Fovea: signing needs an API key with the scope "write", or "signingSecret".')
    }
    return { ...access, secret }
  }

  #ask(): Promise<Access> {
    const now = Date.now()
    const known = this.#asked
    if (known !== undefined && now - known.at < freshMs) return known.answer
    const answer = this.#fetch()
    this.#asked = { answer: known?.answer ?? answer, at: now }
    answer.then(
      () => {
        this.#asked = { answer, at: now }
      },
      () => {
        // The next call asks again; what was known stays good.
        this.#asked = known
      },
    )
    return known?.answer ?? answer
  }

  async #fetch(): Promise<Access> {
    const { url, project, signing } = (await callJson(this.#connection, {
      target: '/api/v1/project/client',
      authorised: true,
    })) as WireClient
    const given = this.#given
    const isGiven = given.signingSecret !== undefined
    return {
      url,
      project: given.project ?? project,
      secret: isGiven ? given.signingSecret : signing?.secret,
      keyId: isGiven ? given.keyId : signing?.kid,
    }
  }
}

interface WireClient {
  readonly url: string
  readonly project: string
  readonly signing: { readonly kid: string; readonly secret: string } | null
}
