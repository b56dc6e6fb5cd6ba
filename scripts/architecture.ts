/**
 * Who may import whom: the tables of the house, and the check that compares imports with them.
 *
 * 1. Packages: an import across packages must be in `packages`; nobody imports the server.
 * 2. Layers: inside a package a file imports from lower layers and from its own folder. Files in the `src` folder
 *    itself are listed by name. A folder that is in no layer is an error: say where it belongs.
 * 3. Doors: a feature of the server is entered through its `index.ts` …
 * 4. … except by `import type` of a file that holds only types (`projects/project.ts`): such vocabulary may be named
 *    from every layer, because it vanishes before anything runs.
 * 5. Purity: core imports nothing but its schema library, no `node:` module, and never sharp.
 * Tests are free inside their own package; rules 1 and 5 do not apply to them.
 */
import { isTest, packageOf, resolveRelative, type SourceFile } from './imports.ts'

interface PackageRule {
  /** Our packages that may be imported. */
  readonly ours: readonly string[]
  /** Other modules that may be imported; `undefined` = any that its package.json names. */
  readonly others?: readonly string[]
  /** Folders and files of `src`, lowest layer first. Members of one layer do not import each other … */
  readonly layers?: readonly (readonly string[])[]
  /** … unless they are in a layer of this set: foundations, where only cycles are forbidden. */
  readonly foundations?: readonly number[]
  /** Features: folders that are entered through their `index.ts` only. */
  readonly doors?: readonly string[]
}

export const packages: Readonly<Record<string, PackageRule>> = {
  core: {
    ours: [],
    others: ['zod'],
    layers: [
      ['problem', 'geometry', 'formats', 'limits', 'crypto'],
      ['steps'],
      ['operations'],
      ['pipeline'],
      ['request', 'plan'],
      ['dialects'],
      ['model.ts'],
      ['api', 'index.ts'],
    ],
    foundations: [0],
  },
  engine: {
    ours: ['core'],
    layers: [
      ['on-demand.ts', 'pool'],
      ['raster', 'search', 'metric'],
      ['codecs', 'models', 'sharp', 'text'],
      ['revision.ts', 'image.ts', 'metadata'],
      ['roll.ts', 'progress.ts'],
      ['analysis'],
      [
        'header.ts',
        'hand-over.ts',
        'by-hand.ts',
        'open.ts',
        'execute.ts',
        'shared-decoding.ts',
        'pictures.ts',
        'sightings.ts',
        'source-matte.ts',
        'cut-out.ts',
        'upscale.ts',
        'encode.ts',
        'output',
        'animation',
        'run.ts',
      ],
      ['worker.ts', 'index.ts'],
    ],
    foundations: [2, 3, 6],
  },
  server: {
    ours: ['core', 'engine'],
    layers: [
      [
        'config.ts',
        'foreground.ts',
        'model-directories.ts',
        'run-behind.ts',
        'slots.ts',
        'models',
        'changes.ts',
        'archive',
        'db',
        'egress',
        'storage',
        'keys',
        'observe',
        'mail',
      ],
      ['projects'],
      ['jobs'],
      ['events'],
      ['assets', 'usage', 'origins', 'audit', 'idempotency'],
      [
        'delivery',
        'uploads',
        'facts',
        'accounts',
        'webhooks',
        'billing',
        'welcome',
        'console',
        'access-links',
      ],
      ['transforms', 'doctor', 'backup'],
      ['batches', 'exports'],
      ['engine-pool.ts'],
      ['app.ts'],
      ['first-run'],
      ['http'],
      ['roles'],
      ['run-server.ts', 'doctor.ts', 'backup.ts'],
      ['main.ts'],
    ],
    foundations: [0],
    doors: [
      'projects',
      'assets',
      'usage',
      'origins',
      'delivery',
      'uploads',
      'facts',
      'jobs',
      'webhooks',
      'exports',
      'accounts',
      'audit',
      'access-links',
      'idempotency',
      'billing',
      'doctor',
      'backup',
      'transforms',
      'batches',
      'console',
    ],
  },
  sdk: { ours: ['core'] },
  react: { ours: ['client', 'core'] },
  console: { ours: ['client', 'core'] },
  cli: { ours: ['client', 'core', 'engine'] },
  edge: { ours: ['core'] },
}

/** One sentence per import that breaks a rule. */
export function complaintsAbout(files: readonly SourceFile[]): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  return files.flatMap((file) => {
    const at = placeOf(file.path)
    if (at === undefined) return []
    const rule = packages[at.package]
    if (rule === undefined)
      return [`packages/${at.package} is in no table: add it to scripts/architecture.ts`]
    return file.imports.flatMap(({ specifier, typeOnly }) => {
      const target = resolveRelative(file.path, specifier)
      const complaint =
        target === undefined
          ? outsideComplaint(file.path, at, rule, specifier)
          : insideComplaint(file.path, at, rule, target, typeOnly && byPath.get(target)?.typesOnly === true)
      return complaint === undefined ? [] : [complaint]
    })
  })
}

interface Place {
  readonly package: string
  /** First folder below `src`, or the file's name when it lies in `src` itself. */
  readonly member: string
}

function placeOf(path: string): Place | undefined {
  const match = /^packages\/([^/]+)\/src\/([^/]+)/.exec(path)
  return match?.[1] === undefined || match[2] === undefined
    ? undefined
    : { package: match[1], member: match[2] }
}

function outsideComplaint(path: string, at: Place, rule: PackageRule, specifier: string): string | undefined {
  if (isTest(path)) return undefined
  const name = packageOf(specifier)
  if (name.startsWith('@fovea/')) {
    return rule.ours.includes(name.slice('@fovea/'.length))
      ? undefined
      : `${path} imports ${specifier}: ${at.package} may not`
  }
  if (rule.others === undefined || rule.others.includes(name)) return undefined
  return `${path} imports ${specifier}: ${at.package} may import only ${rule.others.join(', ')}`
}

function insideComplaint(
  path: string,
  at: Place,
  rule: PackageRule,
  target: string,
  vocabulary: boolean,
): string | undefined {
  const to = placeOf(target)
  if (to === undefined || to.package !== at.package) {
    // tests may use fixtures and each other; a manifest is data
    const isAllowed = isTest(path)
      ? to === undefined || isTest(target)
      : target === `packages/${at.package}/package.json`
    return isAllowed ? undefined : `${path} reaches into ${target}: import the package by its name`
  }
  if (isTest(path) || rule.layers === undefined || to.member === at.member || vocabulary) return undefined
  const from = layerOf(rule, at.member)
  const into = layerOf(rule, to.member)
  for (const [layer, place] of [
    [from, at],
    [into, to],
  ] as const) {
    if (layer < 0)
      return `${place.package}/src/${place.member} is in no layer: add it to scripts/architecture.ts`
  }
  const mayNeighbour = from === into && rule.foundations?.includes(from) === true
  if (into > from || (into === from && !mayNeighbour)) {
    return `${path} imports ${target}: ${to.member} is not below ${at.member}`
  }
  if (rule.doors?.includes(to.member) === true && !target.endsWith(`/${to.member}/index.ts`)) {
    return `${path} imports ${target}: enter ${to.member} through its index.ts`
  }
  return undefined
}

function layerOf(rule: PackageRule, member: string): number {
  return (rule.layers ?? []).findIndex((layer) => layer.includes(member))
}

/** Cycles between the members of a package by run-time imports, each as `a → b → a`. */
export function cyclesIn(files: readonly SourceFile[], name: string): string[] {
  const edges = new Map<string, Set<string>>()
  for (const file of files) {
    const at = placeOf(file.path)
    if (at?.package !== name || isTest(file.path)) continue
    for (const { specifier, typeOnly } of file.imports) {
      const target = resolveRelative(file.path, specifier)
      const to = target === undefined || typeOnly ? undefined : placeOf(target)
      if (to === undefined || to.member === at.member) continue
      edges.set(at.member, (edges.get(at.member) ?? new Set()).add(to.member))
    }
  }
  const cycles: string[] = []
  const done = new Set<string>()
  const walk = (member: string, trail: readonly string[]): void => {
    if (trail.includes(member)) {
      cycles.push([...trail.slice(trail.indexOf(member)), member].join(' → '))
      return
    }
    if (done.has(member)) return
    for (const next of edges.get(member) ?? []) walk(next, [...trail, member])
    done.add(member)
  }
  for (const member of edges.keys()) walk(member, [])
  return cycles
}

/**
 * Modules outside the repository that are loaded when `entry` runs, each with the chain of files that leads there.
 * Follows static and dynamic imports across our packages; `entries` maps `@fovea/engine/pool` to a file.
 */
export function reachableFrom(
  entry: string,
  files: readonly SourceFile[],
  entries: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly string[]> {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const chains = new Map<string, readonly string[]>([[entry, [entry]]])
  const outside = new Map<string, readonly string[]>()
  const queue = [entry]
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const chain = chains.get(path) ?? []
    for (const { specifier, typeOnly } of byPath.get(path)?.imports ?? []) {
      if (typeOnly) continue
      const target = resolveRelative(path, specifier) ?? entries.get(specifier)
      if (target === undefined) {
        if (!outside.has(packageOf(specifier))) outside.set(packageOf(specifier), chain)
      } else if (!chains.has(target)) {
        chains.set(target, [...chain, target])
        queue.push(target)
      }
    }
  }
  return outside
}
