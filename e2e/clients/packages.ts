/** Clients in CommonJS whose types describe an ES module: `require` gives what they are, the types say what that is. */
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

type ImgixConstructor = typeof import('@imgix/js-core').default
export type ImgixClient = InstanceType<ImgixConstructor>
/** imgix's own builder. */
export const ImgixClient: ImgixConstructor = require('@imgix/js-core')

/** imgix's component for React. */
export const ReactImgix: typeof import('react-imgix').default = require('react-imgix').default
