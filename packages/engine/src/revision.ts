/**
 * What made the pixels: part of every variant key, so that an upgrade never serves old bytes under a new name.
 *
 * Read from sharp's manifest instead of from sharp: the server process needs the revision and must never load the
 * native code.
 */
import { readFileSync } from 'node:fs'

/** Bump when our own rewriting, packing, executing or encoding changes pixels or bytes. */
const rulesRevision = 5
/** Exact versions, as `package.json` pins them. */
const codecs = 'libheif-js-1.23.2+wasm-vips-0.0.19'

interface SharpManifest {
  readonly version: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** sharp, its libvips bundle, the WebAssembly codecs and our own rules: `sharp-0.35.5+libvips-1.3.4+…+rules-5`. */
export const engineRevision = revisionOf(readManifest())

function revisionOf({ version, optionalDependencies = {} }: SharpManifest): string {
  const bundle = optionalDependencies['@img/sharp-libvips-linux-x64'] ?? 'own'
  return `sharp-${version}+libvips-${bundle}+${codecs}+rules-${rulesRevision}`
}

function readManifest(): SharpManifest {
  const entry = import.meta.resolve('sharp')
  return JSON.parse(readFileSync(new URL('../package.json', entry), 'utf8')) as SharpManifest
}
