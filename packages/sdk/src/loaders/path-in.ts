/** What a framework calls a picture, as a path in the project. */
import type { Place } from '../responsive.ts'

/**
 * A path, with or without a slash in front, or an address of the project itself.
 * @throws TypeError for addresses of others: the project's origins say where else pictures come from, by path
 */
export function pathIn({ url, project }: Place, src: string): string {
  const mount = `${url}/i/${project}/`
  if (src.startsWith(mount)) {
    const [path = ''] = src.slice(mount.length).split(/[?#]/, 1)
    return decodeURIComponent(path)
  }
  if (/^(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(src)) {
    throw new TypeError(`Fovea: ${JSON.stringify(src)} is no path of the project "${project}".`)
  }
  return src.replace(/^\/+/, '')
}
