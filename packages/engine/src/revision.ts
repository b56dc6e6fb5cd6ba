/**
 * What made the pixels: part of every variant key, so that an upgrade never serves old bytes under a new name.
 *
 * Read from sharp's manifest instead of from sharp: the server process needs the revision and never loads sharp.
 * A sharp release pins its libvips, so its version names both.
 */
import { readFileSync } from 'node:fs'
import { profileRevision } from './sharp/profile.ts'

/** e.g. `sharp-0.35.5+profile-1`. */
export const engineRevision = `sharp-${sharpVersion()}+profile-${profileRevision}`

function sharpVersion(): string {
  // The package does not export its manifest; the entry point lies one folder below it.
  const manifest = new URL('../package.json', import.meta.resolve('sharp'))
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }
  return version
}
