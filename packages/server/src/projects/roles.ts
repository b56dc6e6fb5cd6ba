/** What people may do in the projects of their team. */
import { type Scope, scopes } from './api-key-service.ts'

/** From the most to the least that is allowed. */
export const roles = ['owner', 'admin', 'editor', 'viewer'] as const
export type Role = (typeof roles)[number]

/** Whether `role` allows all that `least` does. */
export function isAtLeast(role: Role, least: Role): boolean {
  return roles.indexOf(role) <= roles.indexOf(least)
}

/** What a role is in the words of API keys. Admin and owner may more, where a route says so. */
export function scopesOf(role: Role): readonly Scope[] {
  return role === 'viewer' ? ['read'] : scopes
}
