/**
 * The facts of a first start, decided and written down before anything is done with them.
 *
 * A start that is killed half-way leaves this file; the next one reads it and does the same things again, so the
 * key it prints is the key that was stored.
 */
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { generateApiKey, newId, type ProjectId, randomBase62 } from '../projects/index.ts'
import { createFileOnce, isErrno } from '../storage/index.ts'

const intentSchema = z.strictObject({
  /** Tells the installation's first start from another process's on the same database. */
  token: z.string(),
  ownerId: z.string(),
  projectId: z.string().transform((id) => id as ProjectId),
  email: z.string(),
  password: z.string(),
  apiKey: z.string(),
  kid: z.string(),
  signingSecret: z.string(),
})

export type Intent = z.output<typeof intentSchema>

export async function readIntent(dataDir: string): Promise<Intent | undefined> {
  try {
    return intentSchema.parse(JSON.parse(await readFile(intentPath(dataDir), 'utf8')))
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw error
  }
}

/** Decides the facts. Of two processes in one data directory both get those of the first. */
export async function makeIntent(dataDir: string): Promise<Intent> {
  const made: Intent = {
    token: randomBase62(22),
    ownerId: newId(),
    projectId: newId<ProjectId>(),
    email: 'owner@fovea.local',
    password: randomBase62(20),
    apiKey: generateApiKey(),
    kid: randomBase62(8),
    signingSecret: randomBase62(43),
  }
  await createFileOnce(intentPath(dataDir), JSON.stringify(made), 0o600)
  return (await readIntent(dataDir)) ?? made
}

export async function removeIntent(dataDir: string): Promise<void> {
  await rm(intentPath(dataDir), { force: true })
}

function intentPath(dataDir: string): string {
  return join(dataDir, 'first-run.pending.json')
}
