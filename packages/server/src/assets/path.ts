/** Parts of an asset's path that are stored beside it. */
import { splitExtension } from '@fovea/core'

/** What the extension-insensitive lookup compares: the path without the last extension of its last segment. */
export function stemOf(path: string): string {
  return splitExtension(path).stem
}

/** Directory part, empty for the root. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** A folder and all it lies in, the root (empty) first. */
export function foldersAbove(folder: string): readonly string[] {
  const names = folder === '' ? [] : folder.split('/')
  return ['', ...names.map((_, depth) => names.slice(0, depth + 1).join('/'))]
}

/** Whether `folder` is `other` or lies below it. */
export function isWithin(folder: string, other: string): boolean {
  return other === '' || folder === other || folder.startsWith(`${other}/`)
}
