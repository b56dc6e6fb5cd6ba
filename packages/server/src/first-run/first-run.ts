/**
 * What the very first start does: an owner, a project `demo` with sample pictures, an API key, and the
 * facts to log in with, on the terminal and in `first-run.json`.
 *
 * Idempotent and safe to kill at any moment: the facts are written down first, every step can be done again, and the
 * file with the facts appears last. Once it has, deleting it changes nothing: the database remembers.
 */
import { join } from 'node:path'
import { encodeAssetPath, splitExtension } from '@fovea/core'
import type { Changes } from '../changes.ts'
import type { Config } from '../config.ts'
import type { Database } from '../db/index.ts'
import type { MasterKey } from '../keys/index.ts'
import { standardOutput } from '../observe/index.ts'
import type { ProjectService } from '../projects/index.ts'
import { replaceFile } from '../storage/index.ts'
import type { UploadService } from '../uploads/index.ts'
import { demoSlug, establish, isEstablished } from './establish.ts'
import { type Intent, makeIntent, readIntent, removeIntent } from './intent.ts'
import { uploadSamples } from './samples.ts'

export interface FirstRunDependencies {
  readonly config: Pick<Config, 'FOVEA_DATA_DIR'>
  /** Address people use, without a trailing slash. */
  readonly publicUrl: string
  readonly database: Database
  readonly masterKey: MasterKey
  readonly changes: Changes
  readonly projects: ProjectService
  readonly uploads: UploadService
  /** Where the summary goes; standard output when absent. */
  readonly print?: (text: string) => void
}

/** The content of `first-run.json`. */
export interface FirstRunFacts {
  readonly url: string
  readonly consoleUrl: string
  readonly email: string
  readonly password: string
  readonly project: string
  readonly apiKey: string
  readonly signingSecret: string
  readonly sampleUrl: string
}

/** Resolves with the facts when this was the first start, with `undefined` at every later one. */
export async function firstRun(app: FirstRunDependencies): Promise<FirstRunFacts | undefined> {
  const dataDir = app.config.FOVEA_DATA_DIR
  const unfinished = await readIntent(dataDir)
  if (unfinished === undefined && (await isEstablished(app.database))) return undefined
  const intent = unfinished ?? (await makeIntent(dataDir))
  if (!(await establish(app.database, app.masterKey, intent))) {
    await removeIntent(dataDir)
    return undefined
  }
  app.changes.announce({ kind: 'project', projectId: intent.projectId, slug: demoSlug })
  const project = await app.projects.resolve(demoSlug)
  if (project === undefined)
    throw new Error(`The project ${demoSlug} is not there after the first start made it`)
  const facts = factsOf(intent, app.publicUrl, await uploadSamples(app.uploads, project))
  await replaceFile(join(dataDir, 'first-run.json'), `${JSON.stringify(facts, null, 2)}\n`, 0o600)
  await removeIntent(dataDir)
  const print = app.print ?? ((text: string) => standardOutput.write(text))
  print(summary(facts, dataDir))
  return facts
}

function factsOf(intent: Intent, url: string, samples: readonly string[]): FirstRunFacts {
  const shown = samples.find((path) => path.startsWith('landscape.')) ?? samples[0] ?? 'landscape.jpg'
  return {
    url,
    consoleUrl: `${url}/console`,
    email: intent.email,
    password: intent.password,
    project: demoSlug,
    apiKey: intent.apiKey,
    signingSecret: intent.signingSecret,
    sampleUrl: `${url}/i/${demoSlug}/${encodeAssetPath(splitExtension(shown).stem)}.webp?w=800`,
  }
}

function summary(facts: FirstRunFacts, dataDir: string): string {
  return [
    '',
    'Fovea is ready.',
    '',
    `  Look at a picture   ${facts.sampleUrl}`,
    `  Console             ${facts.consoleUrl}`,
    `  Log in with         ${facts.email}   ${facts.password}`,
    `  API key             ${facts.apiKey}   (project "${facts.project}")`,
    '',
    '  Upload your own:',
    `    curl -H "Authorization: Bearer ${facts.apiKey}" -F file=@photo.jpg ${facts.url}/api/v1/images`,
    '',
    `These facts are also in ${join(dataDir, 'first-run.json')}, which only you can read. Delete it when you have them.`,
    '',
    '',
  ].join('\n')
}
