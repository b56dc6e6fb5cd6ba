/** The owner and the project of a test's database. */
import type { Database } from '../db/index.ts'
import type { MasterKey } from '../keys/index.ts'
import { generateApiKey, newId, type ProjectId } from '../projects/index.ts'
import { establish } from './establish.ts'

/** Of the person whom the first start made. */
export const ownerLogin = { email: 'owner@fovea.local', password: 'correct horse' } as const

/** The project is called "demo" and has one signing secret. */
export async function establishDemo(
  database: Database,
  masterKey: MasterKey,
): Promise<{ readonly projectId: ProjectId; readonly apiKey: string }> {
  const [projectId, apiKey] = [newId<ProjectId>(), generateApiKey()]
  await establish(database, masterKey, {
    token: 'test',
    ownerId: newId(),
    projectId,
    ...ownerLogin,
    apiKey,
    kid: 'k1',
    signingSecret: 'a signing secret',
  })
  return { projectId, apiKey }
}
