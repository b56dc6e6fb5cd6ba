/**
 * `/info/{signature}/{option}/…/plain/{source}`: what the header of a picture says, as JSON.
 *
 * The three groups of facts are told unless their option is switched off. Facts that would have to be computed, and
 * what the file tells of its maker and place, have no option here.
 */
import { traitsOf } from '../../formats/index.ts'
import { problem } from '../../problem/index.ts'
import type { ImageRequest } from '../../request/image-request.ts'
import type { MetadataOutput } from '../../request/output.ts'
import type { DialectDocument, SourceFacts } from '../define.ts'
import { clip } from '../quote.ts'
import { Arguments } from './arguments.ts'

const groups = { size: 's', format: 'f', dimensions: 'd' } as const
type Group = keyof typeof groups
const groupNames = Object.keys(groups) as Group[]

/** Switched on they are refused, switched off they ask for nothing. */
const untold: ReadonlySet<string> = new Set([
  'exif',
  'iptc',
  'xmp',
  'video_meta',
  'vm',
  'detect_objects',
  'do',
  'average',
  'avg',
  'dominant_colors',
  'dc',
])

/** @throws Problem `request/unknown-parameter`, `request/invalid-parameter` */
export function infoOutput(options: readonly string[]): MetadataOutput {
  const told = new Map(groupNames.map((group) => [group, true]))
  for (const text of options) {
    const [name = '', ...texts] = text.split(':')
    const parts = new Arguments(name, texts)
    const group = groupNames.find((known) => known === name || groups[known] === name)
    if (group !== undefined) {
      parts.expect(1, 1)
      told.set(group, parts.flag(0) ?? true)
    } else if (!untold.has(name) || parts.flag(0) !== false) {
      throw problem('request/unknown-parameter', {
        detail: `Invalid URL: ${JSON.stringify(clip(text))}. Of a picture only ${groupNames.join(', ')} are told here.`,
        members: { parameter: clip(name) },
      })
    }
  }
  const off = groupNames.filter((group) => told.get(group) === false)
  return { kind: 'metadata', ...(off.length === 0 ? {} : { dependsOn: { off: off.join(',') } }) }
}

/** Width and height as they are stored: `orientation` says how the picture is turned. */
export function infoDocument(facts: SourceFacts, { output }: ImageRequest): DialectDocument {
  const off = String(output.kind === 'metadata' ? (output.dependsOn?.off ?? '') : '').split(',')
  const tells = (group: Group) => !off.includes(group)
  const { format, width, height, orientation, sizeBytes } = facts
  const document = {
    ...(tells('format') ? { format, mime_type: traitsOf(format).mime } : {}),
    ...(tells('dimensions') ? { width, height, orientation } : {}),
    ...(tells('size') ? { size: sizeBytes } : {}),
  }
  return { contentType: 'application/json', body: JSON.stringify(document) }
}
