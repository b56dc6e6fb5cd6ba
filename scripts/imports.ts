/**
 * Reads the imports of our TypeScript sources as a graph, for the architecture test.
 *
 * A pattern reader, not a compiler: `import`/`export … from` statements, bare imports and `import('…')` with a
 * literal. Under `verbatimModuleSyntax` only `import type` and `export type` vanish at run time;
 * `import { type A }` still loads the module and counts as a run-time import.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative, sep } from 'node:path'

export interface Import {
  /** As written: `./x.ts`, `@fovea/core`, `node:fs`. */
  readonly specifier: string
  readonly typeOnly: boolean
}

export interface SourceFile {
  /** From the repository root, with forward slashes: `packages/core/src/index.ts`. */
  readonly path: string
  readonly imports: readonly Import[]
  /** Holds nothing that exists at run time. */
  readonly typesOnly: boolean
}

const fromStatement =
  /^[ \t]*(?:import|export)\s+(type\s+)?(?:\*(?:\s+as\s+\w+)?\s+|\w+\s*(?:,\s*)?)?(?:\{[^}]*\}\s*|\*\s+as\s+\w+\s+)?from\s*['"]([^'"]+)['"]/gm
const bareStatement = /^[ \t]*import\s*['"]([^'"]+)['"]/gm
const dynamicImport = /\bimport\(\s*['"]([^'"]+)['"]/g
const runtimeExport =
  /^export\s+(?:default\b|async\b|abstract\b|function\b|class\b|const\b|let\b|enum\b|\{|\*)/m

/** Every import of a source text. */
export function importsOf(text: string): Import[] {
  const found: Import[] = []
  for (const [, type, specifier] of text.matchAll(fromStatement)) {
    if (specifier !== undefined) found.push({ specifier, typeOnly: type !== undefined })
  }
  for (const pattern of [bareStatement, dynamicImport]) {
    for (const [, specifier] of text.matchAll(pattern)) {
      if (specifier !== undefined) found.push({ specifier, typeOnly: false })
    }
  }
  return found
}

/** Reads all `.ts` and `.tsx` files below `folder` (a path from `root`). */
export function readSources(root: string, folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes(`${sep}node_modules${sep}`))
    .sort()
    .map((path) => {
      const text = readFileSync(path, 'utf8')
      return {
        path: relative(root, path).split(sep).join('/'),
        imports: importsOf(text),
        typesOnly: !runtimeExport.test(text),
      }
    })
}

/** Path from the root that a relative specifier in `file` means; `undefined` when it is not relative. */
export function resolveRelative(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  return normalize(join(dirname(file), specifier))
    .split(sep)
    .join('/')
}

/** `zod`, `@fovea/core`, `node:fs`: the package of a specifier that is not relative. */
export function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier
  const parts = specifier.split('/')
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier)
}

/** Tests, and what only tests use: contract suites, kits, harnesses, fixtures, and folders called `testing`. */
export function isTest(path: string): boolean {
  return /\.(test|bench|test-suite|test-kit|test-harness|fixture)\.tsx?$|\/testing\//.test(path)
}
