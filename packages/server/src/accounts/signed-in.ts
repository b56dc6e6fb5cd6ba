/** Whoever is signed in. */
export interface SignedIn {
  readonly userId: string
  readonly sessionId: string
  readonly email: string
  readonly name: string
  readonly isVerified: boolean
  /** May set the states of projects and teams. */
  readonly isOperator: boolean
}
