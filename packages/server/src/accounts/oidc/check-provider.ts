/** Whether the identity provider answers, for `fovea doctor`. */
import type { Egress } from '../../egress/index.ts'
import type { OidcSettings } from './oidc-settings.ts'

/** @returns a sentence for the operator @throws what is wrong with it */
export async function checkProvider(
  settings: OidcSettings,
  { egress, publicUrl }: { readonly egress: Egress; readonly publicUrl: string },
): Promise<string> {
  const [{ OidcClient }, { redirectUri }] = await Promise.all([
    import('./oidc-client.ts'),
    import('./oidc-plugin.ts'),
  ])
  const register = redirectUri(publicUrl)
  await new OidcClient(settings, egress, register).configuration()
  return `${settings.issuer} answers; ${register} must be registered there`
}
