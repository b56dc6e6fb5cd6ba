/**
 * What made the pixels: part of every variant key, so that an upgrade never serves old bytes under a new name.
 *
 * Read from manifests instead of from the packages: the server process needs the revision and must never load the
 * native code.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** Bump when our own rewriting, packing, executing or encoding changes pixels or bytes. */
const rulesRevision = 9
/** Exact versions, as `package.json` pins them. */
const codecs =
  'libheif-js-1.23.2+wasm-vips-0.0.19+@cornerstonejs/codec-openjpeg-1.3.6+@embedpdf/pdfium-2.15.1'
const inference = 'onnxruntime-node-1.30.0'
const typesetting = 'harfbuzzjs-1.6.4+bidi-js-1.1.0+linebreak-1.1.0'

interface Manifest {
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/**
 * sharp, its libvips bundle, the WebAssembly codecs, what runs models, what sets text, a digest of the fonts with their versions, and
 * our own rules: `sharp-0.35.5+libvips-1.3.4+…+fonts-1f2e3d4c+rules-5`.
 */
export const engineRevision = revisionOf(
  readManifest(new URL('../package.json', import.meta.resolve('sharp'))),
  readManifest(new URL('../package.json', import.meta.url)),
)

export function revisionOf(sharp: Manifest, engine: Manifest): string {
  const bundle = sharp.optionalDependencies?.['@img/sharp-libvips-linux-x64'] ?? 'own'
  const fonts = fontsIn(engine.dependencies ?? {})
  return `sharp-${sharp.version}+libvips-${bundle}+${codecs}+${inference}+${typesetting}+fonts-${fonts}+rules-${rulesRevision}`
}

/** Some thirty packages: their names and versions in eight digits. */
function fontsIn(dependencies: Readonly<Record<string, string>>): string {
  const fonts = Object.entries(dependencies).filter(([name]) => isFont(name))
  return createHash('sha256').update(JSON.stringify(fonts.sort())).digest('hex').slice(0, 8)
}

export function isFont(name: string): boolean {
  return name.startsWith('@fontsource') || name.endsWith('-font')
}

function readManifest(url: URL): Manifest {
  return JSON.parse(readFileSync(url, 'utf8')) as Manifest
}
