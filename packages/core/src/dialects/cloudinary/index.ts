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
import { downloadName } from '../download-name.ts'
import { quote } from '../quote.ts'
import { remoteAddress } from '../remote-address.ts'
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
  headerNames: ['X-Cld-Error'],
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
  if (type === 'fetch') return { source: { kind: 'url', url: fetched(name) } }
  const path = decodeAssetPath(name)
  const { stem, extension } = splitExtension(path)
  const format = formatOfExtension(extension)
  if (format === undefined || !traitsOf(format).encode)
    return { source: { kind: 'asset', path, match: 'stem' } }
  // SDKs add the format wanted behind the one stored: `photo.jpg.webp`.
  const isDouble = formatOfExtension(splitExtension(stem).extension) !== undefined
  return { source: { kind: 'asset', path: isDouble ? stem : path, match: 'stem' }, extension: format }
}

function fetched(name: string): string {
  const url = remoteAddress(name)
  if (url !== undefined) return url
  throw problem('request/malformed', {
    detail: `image/fetch needs an address that begins with http:// or https://: ${quote(name)}.`,
  })
}
