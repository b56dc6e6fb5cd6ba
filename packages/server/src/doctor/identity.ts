/** Whether those who vouch for people can be asked, through the way out that the server uses. */
import { checkProvider, checkTokenKeys, oidcSettings } from '../accounts/index.ts'
import type { Config } from '../config.ts'
import { lazyEgress } from '../egress/index.ts'
import { type Finding, found } from './finding.ts'

/** Nothing where none is set. */
export async function checkIdentity(config: Config): Promise<readonly Finding[]> {
  const { publicUrl, FOVEA_JWT_JWKS_URL: keysUrl } = config
  const oidc = oidcSettings(config)
  const egress = lazyEgress(config.FOVEA_EGRESS_ALLOW)
  const findings = [
    ...(oidc === undefined ? [] : [await asked('oidc', () => checkProvider(oidc, { egress, publicUrl }))]),
    ...(keysUrl === undefined ? [] : [await asked('tokens', () => checkTokenKeys(keysUrl, egress))]),
  ]
  await egress.close()
  return findings
}

function asked(name: string, check: () => Promise<string>): Promise<Finding> {
  const started = performance.now()
  return found(name, async () => {
    const detail = await check().catch((error: unknown) => Promise.reject(rootOf(error)))
    return { state: 'well', detail, ms: Math.round(performance.now() - started) }
  })
}

/** Libraries wrap what the guarded way out said, which is what the operator can mend. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? rootOf(error.cause) : error
}
