/** The checks of `fovea doctor`. */
import { engineRevision } from '@fovea/engine/revision'
import type { Config } from '../config.ts'
import { checkCodecs } from './codecs.ts'
import { checkDatabase } from './database.ts'
import { checkDisk } from './disk.ts'
import type { Finding } from './finding.ts'
import { checkIdentity } from './identity.ts'
import { checkModels } from './models.ts'
import { checkStorage } from './storage.ts'

/** Runs every check, one after the other so that their times mean something. Never throws. */
export async function checkAll(config: Config): Promise<readonly Finding[]> {
  return [
    {
      name: 'node',
      state: 'well',
      detail: `${process.versions.node} on ${process.platform}-${process.arch}`,
    },
    { name: 'engine', state: 'well', detail: engineRevision },
    ...(await checkCodecs(config)),
    await checkDatabase(config),
    ...(await checkDisk(config)),
    ...(await checkStorage(config)),
    ...(await checkIdentity(config)),
    ...(await checkModels(config)),
    ...config.warnings.map((detail) => ({ name: 'settings', state: 'doubtful', detail }) as const),
  ]
}

export type { Finding } from './finding.ts'
