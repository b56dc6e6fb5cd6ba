/**
 * What a project of listed access serves without a signature: a preset as it is, the picture in its own size, facts, and plain
 * resizes to a listed size in a listed quality. Everything else could be varied without end, and each variation
 * costs CPU and disk.
 */
import { canonicalPipeline, type ImageRequest, type Operation } from '@fovea/core'
import type { ProjectSettings } from '../projects/project.ts'

export function isListed(
  { pipeline, output, delivery }: ImageRequest,
  { listedSizes, listedQualities }: Pick<ProjectSettings, 'listedSizes' | 'listedQualities'>,
): boolean {
  if (delivery.presetOnly === true || delivery.originalIfExact || output.kind === 'metadata') return true
  if (output.kind !== 'image' || output.maxBytes !== undefined) return false
  const { quality } = output
  if (typeof quality === 'number' && !listedQualities.includes(quality)) return false
  const [operation, ...others] = pipeline
  return operation !== undefined && others.length === 0 && isListedResize(operation, listedSizes)
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
    known.has(name) || ((name === 'maxWidth' || name === 'maxHeight') && value === vendorsMaxSide)
  return Object.entries(canonical).every(isSaid)
}

/** Longest side of anything imgix makes: its dialect bounds the side that a URL leaves open, always by this. */
const vendorsMaxSide = 8_192
