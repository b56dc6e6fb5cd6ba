/**
 * What a project of listed access serves without a signature: a preset as it is, the picture in its own size, facts, and plain
 * resizes to a listed size in a listed quality. Everything else could be varied without end, and each variation
 * costs CPU and disk.
 */
import {
  canonicalPipeline,
  type DecodeOptions,
  type ImageOutput,
  type ImageRequest,
  type Operation,
} from '@fovea/core'
import type { ProjectSettings } from '../projects/project.ts'

export function isListed(
  { pipeline, decode, output, delivery }: ImageRequest,
  { listedSizes, listedQualities }: Pick<ProjectSettings, 'listedSizes' | 'listedQualities'>,
): boolean {
  if (delivery.presetOnly === true || delivery.originalIfExact || output.kind === 'metadata') return true
  if (output.kind !== 'image' || !isPlainFile(output) || !isPlainPicture(decode)) return false
  const { quality } = output
  if (quality !== undefined && !listedQualities.includes(quality)) return false
  const [operation, ...others] = pipeline
  return operation !== undefined && others.length === 0 && isListedResize(operation, listedSizes)
}

/** Whether a client chose nothing of the file but its format and its quality by number. */
function isPlainFile(output: ImageOutput): boolean {
  const { maxBytes, target, lossless, palette, colors, chroma, colorSpace, metadata } = output
  const chosen = [maxBytes, target, lossless, palette, colors, chroma, colorSpace]
  return chosen.every((value) => value === undefined) && metadata !== 'all'
}

/** Whether it is the picture everybody sees: the first page, standing as it is meant to. */
function isPlainPicture({ orient, page = 1 }: DecodeOptions): boolean {
  return orient && page === 1
}

function isListedResize(operation: Operation, sizes: readonly string[]): boolean {
  if (operation.op !== 'resize') return false
  const { width, height } = operation
  const size = `${width ?? ''}${height === undefined ? '' : `x${height}`}`
  return sizes.includes(size) && isPlain(operation)
}

/** Whether nothing is said but the size, the fit, and what any dialect says for all its requests. */
function isPlain(operation: Operation): boolean {
  const [canonical = {}] = JSON.parse(canonicalPipeline([operation])) as readonly object[]
  const known = new Set(['op', 'width', 'height', 'fit', 'upscale', 'downscale', 'whenSmaller'])
  const isSaid = ([name, value]: readonly [string, unknown]) =>
    known.has(name) ||
    (name === 'position' && value === 'center') ||
    ((name === 'maxWidth' || name === 'maxHeight') && value === vendorsMaxSide)
  return Object.entries(canonical).every(isSaid)
}

/** Longest side of anything imgix makes: its dialect bounds the side that a URL leaves open, always by this. */
const vendorsMaxSide = 8_192
