/**
 * Where an upload goes.
 *
 * File names are repaired, paths are checked: a name comes from somebody's disk, a path was chosen on purpose. Without
 * `target_path` the image lies at its sanitised file name. A `target_path` whose last segment has the extension of an
 * image, or that of the uploaded file, is the whole path; any other names a folder (the vendor's example: `blog/2024`
 * and `photo.png` give `blog/2024/photo.png`), and so does one that ends with a slash.
 *
 * Sanitising: last path segment only, NFC, everything but letters, digits, `.`, `_` and `-` becomes `-`, runs of `-`
 * become one, dots and dashes at the ends go, at most 120 characters, `image` when nothing is left, and the
 * extension of the detected format when the name has none.
 */
import {
  type Format,
  formatOfExtension,
  normaliseAssetPath,
  problem,
  splitExtension,
  traitsOf,
} from '@fovea/core'

const maxNameLength = 120

/** @throws Problem `request/invalid-parameter` naming what is wrong with `target_path` */
export function targetPath(wanted: string | undefined, fileName: string, format: Format): string {
  const name = withExtension(sanitiseFileName(fileName), format)
  if (wanted === undefined || wanted === '') return name
  const isFolder = wanted.endsWith('/')
  const path = checked(isFolder ? wanted.slice(0, -1) : wanted)
  if (!isFolder && namesFile(path, fileName)) return path
  return checked(`${path}/${name}`)
}

/** URL-safe form of a file name. */
export function sanitiseFileName(fileName: string): string {
  const name = lastSegment(fileName)
    .toWellFormed()
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
    .replace(/-{2,}/g, '-')
    .replace(/-*\.-*/g, '.')
    .replace(/^[.-]+|[.-]+$/g, '')
  const { stem, extension } = splitExtension(name)
  const suffix = extension === '' ? '' : `.${extension.slice(0, 16)}`
  const kept = [...stem].slice(0, maxNameLength - suffix.length).join('')
  return `${kept === '' ? 'image' : kept}${suffix}`
}

function withExtension(name: string, format: Format): string {
  return splitExtension(name).extension === '' ? `${name}.${traitsOf(format).extensions[0]}` : name
}

function namesFile(path: string, fileName: string): boolean {
  const extension = splitExtension(path).extension.toLowerCase()
  if (extension === '') return false
  return (
    formatOfExtension(extension) !== undefined ||
    extension === splitExtension(lastSegment(fileName)).extension.toLowerCase()
  )
}

function checked(path: string): string {
  const normal = normaliseAssetPath(path)
  if (typeof normal === 'string') return normal
  throw problem('request/invalid-parameter', {
    detail: `target_path ${normal.sentence}.`,
    members: { parameter: 'target_path' },
  })
}

function lastSegment(fileName: string): string {
  return fileName.slice(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1)
}
