/**
 * `@fovea/client/immagin`: the client under the names of Immagin's, so that moving is one import line. What its guide
 * documents works alike: `images.url`, `upload`, `signUrl`, `list`, `delete`, `metadata`, `keys`, and the error's `status`, `message`
 * and `body`. The address of the server is the option `url`.
 */
export { Fovea as Immagin, type FoveaOptions as ImmaginOptions } from './fovea.ts'
export { FoveaError as ImmaginError } from './fovea-error.ts'
