/** Whether those who vouch for people can be asked, through the way out that the server uses. */
import { checkProvider, oidcSettings } from '../accounts/index.ts'
import type { Config } from '../config.ts'
import { lazyEgress } from '../egress/index.ts'
import { type Finding, found } from './finding.ts'

/** Nothing where none is set. */
export async function checkIdentity(config: Config): Promise<readonly Finding[]> {
  const oidc = oidcSettings(config)
  if (oidc === undefined) return []
  const egress = lazyEgress(config.FOVEA_EGRESS_ALLOW)
  const { publicUrl } = config
  const started = performance.now()
  const finding = await found('oidc', async () => {
    const asked = checkProvider(oidc, { egress, publicUrl })
    const detail = await asked.catch((error: unknown) => Promise.reject(rootOf(error)))
    return { state: 'well', detail, ms: Math.round(performance.now() - started) }
  })
  await egress.close()
  return [finding]
}

/** Libraries wrap what the guarded way out said, which is what the operator can mend. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? rootOf(error.cause) : error
}
