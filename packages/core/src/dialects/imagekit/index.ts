/**
 * ImageKit's delivery URLs: `/imagekit/{project}/tr:w-300,h-200:rt-90/{path}`, or `?tr=w-300,h-200:rt-90` behind the path.
 *
 * Put your host, `/imagekit` and the project where `https://ik.imagekit.io/{id}` stood. An absolute address in the place of
 * the path is fetched by the project's web proxy. Parameters without a counterpart here are refused with a 400 that names
 * them; what is documented and what becomes of it stands in conformance.ts.
 *
 * Stricter than the vendor: a signature that is there must hold even where none is needed, and an expiry counts.
 */
import { parsePipeline } from '../../pipeline/index.ts'
import type { ImageRequest } from '../../request/image-request.ts'
import type { Dialect, DialectContext, DialectTarget, PresetBody } from '../define.ts'
import { downloadName } from '../download-name.ts'
import { outputOf } from './output.ts'
import { imageKitProblem } from './problem.ts'
import { readPreset, readTransformation } from './transformation.ts'
import { readUrl } from './url.ts'

export const imageKit: Dialect<'imagekit'> = Object.freeze({
  name: 'imagekit',
  mount: 'imagekit',
  parse,
  checkPreset,
  problem: imageKitProblem,
})

function parse(target: DialectTarget, context: DialectContext): ImageRequest {
  const { source, transformation, signature, expiresAt, isAttachment } = readUrl(target)
  const { operations, saved, vary, preset, presetOnly } = readTransformation(transformation, target, context)
  const output = outputOf(saved, {
    accept: target.accept,
    defaultQuality: context.defaultQuality,
    isSigned: signature !== undefined,
  })
  return {
    source,
    decode: { orient: true, ...(saved.page === undefined || saved.page === 1 ? {} : { page: saved.page }) },
    pipeline: parsePipeline(operations, context.limits),
    output,
    ...(signature === undefined ? {} : { signature }),
    signatureRequired: false,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    delivery: {
      originalIfExact: saved.original === true,
      immutable: false,
      negotiated: saved.original !== true && (saved.format ?? 'auto') === 'auto',
      ...(vary.length === 0 ? {} : { vary }),
      ...(preset === undefined ? {} : { preset }),
      ...(presetOnly ? { presetOnly } : {}),
      ...(isAttachment ? { download: downloadName('', source, output) } : {}),
    },
  }
}

function checkPreset(name: string, body: PresetBody, context: DialectContext): void {
  parsePipeline(readPreset(name, body), context.limits)
}
