/** Clients in CommonJS whose types describe an ES module: `require` gives what they are, the types say what that is. */
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

type ImgixConstructor = typeof import('@imgix/js-core').default
export type ImgixClient = InstanceType<ImgixConstructor>
/** imgix's own builder. */
export const ImgixClient: ImgixConstructor = require('@imgix/js-core')

/** imgix's component for React. */
export const ReactImgix: typeof import('react-imgix').default = require('react-imgix').default

/** What Cloudimage's helpers take, as far as these tests go. */
interface CloudimageUrl {
  readonly src: string
  readonly params: Readonly<Record<string, string | number>>
  readonly config: {
    readonly token: string
    readonly domain: string
    readonly apiVersion?: string
    readonly customDomain?: boolean
    readonly params?: Readonly<Record<string, string | number>>
  }
}
/** Cloudimage's helpers for its own components; they bring no types. */
export const cloudimageUtils: {
  generateURL(url: CloudimageUrl): string
} = require('cloudimage-responsive-utils')

interface CloudimagePlugin {
  new (config: { readonly token: string; readonly domain: string; readonly baseURL: string }): unknown
}
/** Cloudimage's plugin for plain pages: it reads `window` while it loads. */
export function loadCloudimagePlugin(): CloudimagePlugin {
  return require('js-cloudimage-responsive/dist/plain/ci.service.js').default
}
