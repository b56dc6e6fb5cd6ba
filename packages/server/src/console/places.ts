/** Where the console lies. It is a package of its own, which nothing imports: its build makes files, and they are served. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../../../console/', import.meta.url))

/** Makes `builtFolder`, or does nothing when it is up to date. */
export const buildEntry = join(folder, 'build', 'main.ts')

/** The file `current` in it names the folder that is to be served. */
export const builtFolder = join(folder, 'dist')

/** What an operator types, in the checkout. */
export const buildCommand = 'npm run build -w packages/console'
