/**
 * The files of the built console. A name is looked up in one folder and may hold no slash, so nothing outside of it can be
 * reached.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { builtFolder } from './places.ts'

export interface ConsoleAsset {
  readonly bytes: Buffer
  readonly type: string
  readonly isCompressed: boolean
}

const types: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
}

export class ConsoleFiles {
  readonly #folder: string

  constructor(folder = builtFolder) {
    this.#folder = folder
  }

  /** The document, with the nonce in the places that its build left open; `undefined` until it is built. */
  async document(nonce: string): Promise<string | undefined> {
    const current = await this.#current()
    const html = current && (await readIfThere(join(this.#folder, current, 'index.html')))
    return html?.toString('utf8').replaceAll('{{nonce}}', nonce)
  }

  /** A file that the document or another one names. Its name changes with its content. */
  async asset(name: string, takesGzip: boolean): Promise<ConsoleAsset | undefined> {
    const type = types[/\.([a-z0-9]+)$/.exec(name)?.[1] ?? '']
    if (type === undefined || !/^[\w-][\w.-]*$/.test(name)) return undefined
    const current = await this.#current()
    if (current === undefined) return undefined
    const path = join(this.#folder, current, 'assets', name)
    const compressed = takesGzip ? await readIfThere(`${path}.gz`) : undefined
    if (compressed !== undefined) return { bytes: compressed, type, isCompressed: true }
    const bytes = await readIfThere(path)
    return bytes && { bytes, type, isCompressed: false }
  }

  async #current(): Promise<string | undefined> {
    const name = (await readIfThere(join(this.#folder, 'current')))?.toString('utf8').trim()
    return name !== undefined && /^[0-9a-f]+$/.test(name) ? name : undefined
  }
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
