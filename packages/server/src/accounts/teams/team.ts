/** A team and the people in it, as the API shows them. Times in Unix milliseconds. */
import type { ProjectState, Role } from '../../projects/index.ts'

export interface Team {
  readonly id: string
  readonly name: string
  /** Of the person who asks. */
  readonly role: Role
  readonly state: ProjectState
  /** The operator's words. */
  readonly stateReason: string | null
  /** When a closed one is deleted. */
  readonly goneAt: number | null
  readonly createdAt: number
}

export interface Member {
  readonly userId: string
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly since: number
}

export interface Invitation {
  readonly id: string
  readonly email: string
  readonly role: Role
  readonly expiresAt: number
  readonly createdAt: number
}
