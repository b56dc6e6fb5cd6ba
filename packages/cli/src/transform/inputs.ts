/** Which files are meant by the arguments, and where each result goes. */
import { glob, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path'
import { formatOfExtension, traitsOf } from '@fovea/core/formats/formats'
import { UsageError } from '../exit-code.ts'

export interface Input {
  /** As the user would write it. */
  readonly path: string
  /** Path below the output folder, with the source's extension: a folder's structure is kept. */
  readonly place: string
}

/**
 * Files, every picture below folders, and what globs match, each once and in a stable order.
 * @throws UsageError when an argument names nothing
 */
export async function findInputs(inputs: readonly string[]): Promise<readonly Input[]> {
  const found = new Map<string, Input>()
  for (const argument of inputs) {
    const matches = await matchesOf(argument)
    if (matches.length === 0) throw new UsageError(nothingAt(argument))
    for (const input of matches) if (!found.has(resolve(input.path))) found.set(resolve(input.path), input)
  }
  return [...found.values()]
}

async function matchesOf(argument: string): Promise<readonly Input[]> {
  const kind = await kindOf(argument)
  if (kind === 'file') return [{ path: argument, place: basename(argument) }]
  if (kind === 'folder') {
    // Below it, not behind it: a folder may be called `May [2026]`.
    const places = (await filesMatching('**/*', argument)).filter(isPicture)
    return places.map((place) => ({ path: join(argument, place), place }))
  }
  if (!/[*?[{]/.test(argument)) return []
  const root = fixedPart(argument)
  return (await filesMatching(argument)).map((path) => ({ path, place: relative(root, path) }))
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'nothing'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file'
  } catch {
    return 'nothing'
  }
}

async function filesMatching(pattern: string, folder = '.'): Promise<string[]> {
  const paths: string[] = []
  for await (const path of glob(pattern, { cwd: folder }))
    if ((await kindOf(resolve(folder, path))) === 'file') paths.push(path)
  return paths.sort()
}

/** Folders hold other things too: only what looks like a picture we read is taken from them. */
function isPicture(path: string): boolean {
  const format = formatOfExtension(extname(path).slice(1))
  return format !== undefined && traitsOf(format).decode
}

/** The folders of a glob before its first wildcard. */
function fixedPart(pattern: string): string {
  const parts = pattern.split(/[/\\]/)
  const wild = parts.findIndex((part) => /[*?[{]/.test(part))
  return parts.slice(0, wild).join(sep) || (pattern.startsWith('/') ? '/' : '.')
}

function nothingAt(argument: string): string {
  if (/[*?[{]/.test(argument)) return `no file matches ${argument}`
  return `${argument}: no such file, or a folder without pictures`
}

/**
 * Decides which file each result goes to, the same way whatever order results come in. Two sources never share a
 * file and no source is overwritten.
 */
export class Targets {
  readonly #sources: ReadonlySet<string>
  /** Inputs by their place without extension. */
  readonly #families: ReadonlyMap<string, readonly Input[]>
  readonly #taken = new Set<string>()

  constructor(inputs: readonly Input[]) {
    this.#sources = new Set(inputs.map(({ path }) => resolve(path)))
    this.#families = Map.groupBy(inputs, ({ place }) => stemOf(place))
  }

  /**
   * Path for a result below `folder`. `photo.jpg` and `photo.png` asked for as WebP become `photo.webp` and
   * `photo.png.webp`; a second `photo.jpg` from elsewhere becomes `photo-2.webp`.
   * @throws UsageError when the result would replace a source
   */
  below(folder: string, input: Input, extension: string): string {
    const family = this.#families.get(stemOf(input.place)) ?? []
    const namesakes = family.filter(({ place }) => place === input.place)
    const rank = namesakes.findIndex(({ path }) => path === input.path)
    const stem = stemOf(input.place) + (rank > 0 ? `-${rank + 1}` : '')
    const isHeir =
      !family.some(({ place }) => extname(place) === `.${extension}`) && family[0]?.place === input.place
    const mayBeShort = extname(input.place) === `.${extension}` || isHeir
    return this.exactly(join(folder, `${mayBeShort ? stem : stem + extname(input.place)}.${extension}`))
  }

  /** @throws UsageError when the result would replace a source or another result */
  exactly(target: string): string {
    const full = resolve(target)
    if (this.#sources.has(full))
      throw new UsageError(`${target} is a source: write to another folder or format`)
    if (this.#taken.has(full)) throw new UsageError(`${target} is the result of another source already`)
    this.#taken.add(full)
    return target
  }
}

function stemOf(place: string): string {
  return join(dirname(place), basename(place, extname(place)))
}
