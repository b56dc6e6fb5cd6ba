/** The registry of drivers: one line per kind. */
import type { Egress } from '../egress/index.ts'
import { azureOrigin } from './azure.ts'
import { folderOrigin } from './folder.ts'
import { gcsOrigin } from './gcs.ts'
import type { Origin } from './origin.ts'
import { proxyOrigin } from './proxy.ts'
import { s3Origin } from './s3.ts'
import type { OriginCredentials, OriginKind, OriginSettings } from './settings.ts'
import { webOrigin } from './web.ts'

export interface DriverContext {
  readonly egress: Egress
  /** Folders of this machine that origins may read. */
  readonly folders: readonly string[]
}

type Create<K extends OriginKind> = (
  settings: OriginSettings<K>,
  credentials: OriginCredentials<K>,
  context: DriverContext,
) => Origin

const drivers: { readonly [K in OriginKind]: Create<K> } = {
  web: (settings, credentials, { egress }) => webOrigin(settings, credentials, egress),
  proxy: (settings, credentials, { egress }) => proxyOrigin(settings, credentials, egress),
  s3: (settings, credentials, { egress }) => s3Origin(settings, credentials, egress),
  gcs: (settings, credentials, { egress }) => gcsOrigin(settings, credentials, egress),
  azure: (settings, credentials, { egress }) => azureOrigin(settings, credentials, egress),
  folder: (settings, _credentials, { folders }) => folderOrigin(settings, folders),
}

export function createOrigin<K extends OriginKind>(
  kind: K,
  settings: OriginSettings<K>,
  credentials: OriginCredentials<K>,
  context: DriverContext,
): Origin {
  return drivers[kind](settings, credentials, context)
}
