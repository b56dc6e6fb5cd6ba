/** tus's `Upload-Metadata`: `name base64,name base64,flag`. */
import { problem } from '@fovea/core'

/** Keys that nobody here knows are the client's own; they stay unread. @throws Problem `request/invalid-parameter` */
export function uploadMetadata(header: string | readonly string[] | undefined): Record<string, string> {
  const found = new Map<string, string>()
  const text = [header ?? ''].flat().join(',')
  for (const pair of text.split(',')) {
    if (pair.trim() === '') continue
    const [, name, value = ''] = /^\s*([^\s,]+)(?: +([A-Za-z0-9+/]*={0,2}))?\s*$/.exec(pair) ?? []
    if (name === undefined || found.has(name)) {
      throw problem('request/invalid-parameter', {
        detail: '"Upload-Metadata" must be pairs of a name and a base64 value, each name once.',
        members: { parameter: 'upload-metadata' },
      })
    }
    found.set(name, Buffer.from(value, 'base64').toString('utf8'))
  }
  return Object.fromEntries(found)
}
