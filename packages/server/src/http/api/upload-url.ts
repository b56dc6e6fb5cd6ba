/** Uploads from an address: of the web, through the guarded fetch, or a data URI that holds the file itself. */
import { type Problem, problem } from '@fovea/core'
import { httpRead } from '../../origins/index.ts'
import type { StagedFile } from '../../uploads/index.ts'
import type { ApiContext } from './dependencies.ts'

const timeoutMs = 30_000
const idleMs = 10_000

/** The caller stores or discards the file. @throws Problem `origin/…`, `source/too-large`, `source/empty` */
export async function receiveUrl(
  url: string,
  { egress, uploads }: Pick<ApiContext, 'egress' | 'uploads'>,
  signal: AbortSignal,
): Promise<StagedFile> {
  if (/^data:/i.test(url)) return uploads.receive(chunksOf(bytesOf(url)), { signal })
  const { maxBytes } = uploads
  const found = await httpRead(egress, { url, timeoutMs, idleMs, maxBytes, signal, known: undefined })
  if (found.kind === 'unchanged') throw new TypeError('an unconditional request was answered 304')
  return uploads.receive(found.body, { signal })
}

/** What the file is called: the last part of the path. */
export function fileNameOf(url: string): string {
  const parsed = /^data:/i.test(url) ? null : URL.parse(url)
  const last = parsed?.pathname.slice(parsed.pathname.lastIndexOf('/') + 1) ?? ''
  try {
    return decodeURIComponent(last)
  } catch {
    return last
  }
}

/**
 * The body of RFC 2397 as browsers read it: escapes first, then base64, whose line breaks count for nothing. The type it
 * claims is not looked at: the bytes say what they are.
 */
function bytesOf(uri: string): Buffer {
  const comma = uri.indexOf(',')
  if (comma < 0) throw notData('has no comma')
  const data = unescaped(uri.slice(comma + 1))
  if (!/;\s*base64\s*$/i.test(uri.slice(0, comma))) return data
  const text = data.toString('latin1').replace(/[\t\n\f\r ]+/g, '')
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) throw notData('is not base64')
  return Buffer.from(text, 'base64')
}

/** UTF-8, with the bytes that were percent-encoded. */
function unescaped(text: string): Buffer {
  if (/%(?![0-9a-f]{2})/i.test(text)) throw notData('has a broken percent-encoding')
  const bytes = Buffer.from(text, 'utf8')
  if (!text.includes('%')) return bytes
  const byte = (_: string, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))
  return Buffer.from(bytes.toString('latin1').replace(/%([0-9a-f]{2})/gi, byte), 'latin1')
}

function notData(what: string): Problem {
  return problem('request/invalid-parameter', {
    detail: `"url": the data URI ${what}.`,
    members: { pointer: '/url' },
  })
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes
}
