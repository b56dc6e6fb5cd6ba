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

/** Case and compatibility forms folded: what search compares. */
export function foldForSearch(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
