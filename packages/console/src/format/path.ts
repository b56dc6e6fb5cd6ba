/** Paths of images: folders and a name, between slashes. */

export function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Empty for what lies in no folder. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

export function joined(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}

/** The folder and all above it, the uppermost first: `a/b` gives `a` and `a/b`. */
export function trailTo(folder: string): readonly { readonly name: string; readonly path: string }[] {
  const parts = folder.split('/').filter((part) => part !== '')
  return parts.map((name, index) => ({ name, path: parts.slice(0, index + 1).join('/') }))
}
