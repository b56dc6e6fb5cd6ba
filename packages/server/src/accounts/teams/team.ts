/** A team and the people in it, as the API shows them. Times in Unix milliseconds. */
import type { Role } from '../../projects/index.ts'

export interface Team {
  readonly id: string
  readonly name: string
  /** Of the person who asks. */
  readonly role: Role
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
