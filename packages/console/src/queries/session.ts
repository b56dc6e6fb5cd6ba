/** Who looks at the page, by the cookie of this server. */
import { Session } from '@fovea/client/session'

export const session = new Session(location.origin)

/** To the pages for signing in, and back here afterwards. */
export function leaveForSignIn(): void {
  const next = location.pathname + location.search
  location.assign(`/console/sign-in?${new URLSearchParams({ next })}`)
}
