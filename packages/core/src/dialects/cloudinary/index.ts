/**
 * Cloudinary's delivery URLs: `/cloudinary/{project}/image/upload/[s--SIG--/]{step}/…/[v123/]{name}[.ext]`.
 *
 * A name without an extension finds the picture of that name in any format. A version is not part of a picture's
 * identity: beyond the `v1` that SDKs write by themselves it says that the URL may be cached for good. The query is
 * ignored, as there, except with `fetch`, where it belongs to the remote address.
 *
 * `private` and `authenticated` are served with a signature only. Cloudinary signs neither the delivery type nor the
 * version, and 8 characters are 48 bits: projects that need more use the long form or our own URLs.
 *
 * Parameters without a counterpart here are refused with a 400 that names them, as Cloudinary does with unknown ones.
 */
import { formatOfExtension, traitsOf } from '../../formats/index.ts'
import { parsePipeline } from '../../pipeline/index.ts'
import { problem } from '../../problem/index.ts'
import type { ImageRequest, SourceRef } from '../../request/image-request.ts'
import type { ImageOutput } from '../../request/output.ts'
import type { Dialect, DialectContext, DialectTarget, PresetBody } from '../define.ts'
import { quote } from '../quote.ts'
import { decodeAssetPath, splitExtension } from '../target-path.ts'
import { outputOf } from './output.ts'
import { presetSteps } from './preset.ts'
import { cloudinaryProblem } from './problem.ts'
import { readTransformation } from './transformation.ts'
import { type CloudinaryUrl, readUrl } from './url.ts'

export const cloudinary: Dialect<'cloudinary'> = Object.freeze({
  name: 'cloudinary',
  mount: 'cloudinary',
  parse,
  checkPreset,
  problem: cloudinaryProblem,
})

function parse(target: DialectTarget, context: DialectContext): ImageRequest {
  const url = readUrl(target.path, target.query)
  const { source, extension } = sourceOf(url)
  const { operations, saved, ignoresExif, vary, preset, presetOnly } = readTransformation(
    url.steps,
    target,
    context,
  )
  const output = outputOf(saved, extension, { accept: target.accept, defaultQuality: context.defaultQuality })
  const version = url.version === undefined || Number(url.version) <= 1 ? undefined : url.version
  return {
    source,
    decode: { orient: !ignoresExif },
    pipeline: parsePipeline(operations, context.limits),
    output,
    ...(url.signature === undefined
      ? {}
      : { signature: { scheme: 'cloudinary-sha', value: url.signature, signedText: url.signedText } }),
    signatureRequired: url.type === 'private' || url.type === 'authenticated',
    delivery: {
      originalIfExact: url.steps.length === 0,
      immutable: version !== undefined || saved.immutable === true,
      negotiated: saved.format === 'auto',
      ...(vary.length === 0 ? {} : { vary }),
      ...(preset === undefined ? {} : { preset }),
      ...(presetOnly ? { presetOnly: true } : {}),
      ...(saved.download === undefined ? {} : { download: downloadName(saved.download, source, output) }),
    },
  }
}

function checkPreset(name: string, body: PresetBody, context: DialectContext): void {
  const { operations } = readTransformation(presetSteps(name, body), { hints: {} }, context)
  parsePipeline(operations, context.limits)
}

function sourceOf({ type, name }: CloudinaryUrl): { source: SourceRef; extension?: ImageOutput['format'] } {
  if (type === 'fetch') return { source: { kind: 'url', url: remoteAddress(name) } }
  const path = decodeAssetPath(name)
  const { stem, extension } = splitExtension(path)
  const format = formatOfExtension(extension)
  if (format === undefined || !traitsOf(format).encode)
    return { source: { kind: 'asset', path, match: 'stem' } }
  // SDKs add the format wanted behind the one stored: `photo.jpg.webp`.
  const isDouble = formatOfExtension(splitExtension(stem).extension) !== undefined
  return { source: { kind: 'asset', path: isDouble ? stem : path, match: 'stem' }, extension: format }
}

/** Proxies in between may have merged the two slashes; SDKs may have escaped the whole address. */
function remoteAddress(name: string): string {
  let address = name
  if (/^https?%3A/i.test(name)) {
    try {
      address = decodeURIComponent(name)
    } catch {
      throw notRemote(name)
    }
  }
  const url = address.replace(/^(https?):\/+/i, '$1://')
  if (!/^https?:\/\/[\x21-\x7e]+$/i.test(url)) throw notRemote(name)
  return url
}

function notRemote(name: string) {
  return problem('request/malformed', {
    detail: `image/fetch needs an address that begins with http:// or https://: ${quote(name)}.`,
  })
}

/** The name asked for, or the picture's own, with the extension of what is delivered. */
function downloadName(name: string, source: SourceRef, { format }: ImageOutput): string {
  const extension = traitsOf(format).extensions[0]
  if (name !== '') return `${name}.${extension}`
  const path = source.kind === 'asset' ? source.path : source.url.replace(/^https?:\/\/[^/]*|[?#].*$/gi, '')
  const own = splitExtension(path.slice(path.lastIndexOf('/') + 1)).stem
  return `${own === '' ? 'image' : own}.${extension}`
}
