/** Hosts that are refused before anything is resolved or connected. Loads no HTTP client. */
import { isIP } from 'node:net'
import { problem } from '@fovea/core'
import type { EgressPolicy } from './policy.ts'
import { hostOf, portOf } from './remote-url.ts'

/**
 * Refuses hosts that are written as addresses and are not allowed.
 * @throws Problem `origin/forbidden`
 */
export function checkHost(url: URL, policy: EgressPolicy): void {
  const host = hostOf(url)
  const port = portOf(url)
  if (policy.trustsHost(host, port)) return
  const isAllowed = isIP(host) === 0 ? policy.allowsPort(port) : policy.allowsAddress(host, port)
  if (!isAllowed) throw forbiddenHost(url)
}

export function forbiddenHost(url: URL) {
  return problem('origin/forbidden', {
    detail: `This server does not fetch from ${url.host.slice(0, 260)}: only public addresses on ports 80 and 443, and what its operator allows.`,
    members: { host: url.host.slice(0, 260) },
  })
}
