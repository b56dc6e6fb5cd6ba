/**
 * The signed pipeline payload: `/t/{project}/{payload}?exp=…&kid=…&sig=…`, in the shape Immagin's documentation shows.
 *
 * `payload` is base64url or base64 (padded or not, raw or percent-encoded) of JSON
 * `{ key, edits?, output?, metadata? }`. Edits run in the order given, keys of one entry in key order. The words and
 * defaults are Immagin's (contract §3); encoding, signature and metadata form are our own definition, because theirs
 * are not public: `sig` is the lower-case hex HMAC-SHA256 of the raw text behind the mount without `sig`, which is
 * the bare payload when there are no other parameters. Nothing is served without a valid signature.
 */
import { type Problem, problem } from '../problem/index.ts'
import type { ImageRequest } from '../request/image-request.ts'
import { decodeBase64Text } from './base64.ts'
import type { Dialect, DialectContext, DialectError, DialectTarget } from './define.ts'
import { isObject, parseJson, pointer } from './json-text.ts'
import { Parameters } from './parameters.ts'
import { invalidPayload, unknownMember } from './payload-problem.ts'
import { quote } from './quote.ts'
import { readEdits } from './signed-payload-edits.ts'
import { formatSignedPayload } from './signed-payload-format.ts'
import { readOutput } from './signed-payload-output.ts'
import { readSignature } from './signed-query.ts'
import { normaliseAssetPath } from './target-path.ts'

export const signedPayload: Dialect<'signed-payload'> = Object.freeze({
  name: 'signed-payload',
  mount: 't',
  parse,
  format: formatSignedPayload,
  problem: problemDocument,
})

/** Longest payload as sent, in characters: thirty edits with every option fit three times. */
const maxPayloadLength = 16_384
const maxDepth = 32
const members = ['key', 'edits', 'output', 'metadata'] as const

function parse(target: DialectTarget, context: DialectContext): ImageRequest {
  const parameters = Parameters.parse(target.query)
  const signature = readSignature(target.path, target.query, parameters)
  parameters.finish(['exp', 'kid', 'sig'])
  const payload = parseJson(decodePayload(target.path), maxDepth)
  if (!isObject(payload)) throw invalidPayload('', `The payload must be an object, not ${quote(payload)}.`)
  for (const name of Object.keys(payload)) {
    if (!members.some((member) => member === name)) throw unknownMember([], name, members)
  }
  const asked = {
    source: { kind: 'asset', path: readKey(payload.key), match: 'exact' },
    ...(signature === undefined ? {} : { signature }),
    signatureRequired: true,
  } as const
  if (readMetadataFlag(payload)) {
    return {
      ...asked,
      decode: { orient: true },
      pipeline: [],
      output: { kind: 'metadata' },
      delivery: { originalIfExact: false, immutable: true, negotiated: false },
    }
  }
  const { pipeline, orient, maxBytes } = readEdits(payload.edits, context.limits)
  const { output, negotiated } = readOutput(payload.output, target.accept, maxBytes)
  return {
    ...asked,
    decode: { orient },
    pipeline,
    output,
    delivery: { originalIfExact: false, immutable: true, negotiated },
  }
}

function decodePayload(raw: string): string {
  if (raw.length > maxPayloadLength) {
    throw problem('request/too-long', {
      detail: `The payload has ${raw.length} characters; at most ${maxPayloadLength} are allowed.`,
      members: { maximum: maxPayloadLength },
    })
  }
  const text = decodeBase64Text(unescapePayload(raw))
  if (text === undefined || text === '') {
    throw problem('request/malformed', {
      detail: `The payload must be base64url or base64 of UTF-8 JSON; it is ${quote(raw)}.`,
    })
  }
  return text
}

/** Clients that place the payload in one path segment write `/`, `+` and `=` as `%2F`, `%2B` and `%3D`. */
function unescapePayload(raw: string): string {
  if (!raw.includes('%')) return raw
  try {
    return decodeURIComponent(raw)
  } catch {
    throw problem('request/malformed', { detail: `The payload has a wrong percent-encoding: ${quote(raw)}.` })
  }
}

function readKey(key: unknown): string {
  if (typeof key !== 'string') {
    throw invalidPayload(
      '/key',
      key === undefined ? '"key" is missing: it names the image.' : `"key" must be text, not ${quote(key)}.`,
    )
  }
  const path = normaliseAssetPath(key)
  if (typeof path !== 'string') throw invalidPayload('/key', `"key" ${path.sentence}: ${quote(key)}.`)
  return path
}

function readMetadataFlag(payload: Readonly<Record<string, unknown>>): boolean {
  const { metadata, edits, output } = payload
  if (metadata === undefined || metadata === false) return false
  if (metadata !== true)
    throw invalidPayload('/metadata', `"metadata" must be true or false, not ${quote(metadata)}.`)
  if (edits !== undefined || output !== undefined) {
    throw invalidPayload(
      pointer(edits === undefined ? 'output' : 'edits'),
      'Metadata describes the original: "metadata" stands without "edits" and "output".',
    )
  }
  return true
}

function problemDocument(
  refusal: Problem,
  about: { readonly instance: string; readonly path: string },
): DialectError {
  return {
    status: refusal.status,
    contentType: 'application/problem+json; charset=utf-8',
    body: JSON.stringify({ ...refusal.toJSON(), instance: about.instance }),
  }
}
