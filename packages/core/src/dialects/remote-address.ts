/** The address of an image of the web that stands in a path: what proxies and SDKs did to it is undone. */

/**
 * The address with both slashes, which proxies may have merged, and unescaped as a whole where an SDK escaped it;
 * `undefined` for what is no http address in printable ASCII.
 */
export function remoteAddress(raw: string): string | undefined {
  let address = raw
  if (/^https?%3a/i.test(raw)) {
    try {
      address = decodeURIComponent(raw)
    } catch {
      return undefined
    }
  }
  const url = address.replace(/^(https?):\/+/i, '$1://')
  return /^https?:\/\/[\x21-\x7e]+$/i.test(url) ? url : undefined
}
