/** Names of formats that we recognise and do not read, so that a refusal can say what the file is. */
import { startsWith, startsWithText } from './codec.ts'
import { brandsOf } from './iso-bmff.ts'

const magics: readonly (readonly [name: string, matches: (head: Uint8Array) => boolean])[] = [
  ['Photoshop', (head) => startsWithText(head, '8BPS')],
  ['PostScript', (head) => startsWithText(head, '%!') || startsWith(head, [0xc5, 0xd0, 0xd3, 0xc6])],
  ['DDS', (head) => startsWithText(head, 'DDS ')],
  ['GIMP XCF', (head) => startsWithText(head, 'gimp xcf')],
  ['FLIF', (head) => startsWithText(head, 'FLIF')],
  ['WebM', (head) => startsWith(head, [0x1a, 0x45, 0xdf, 0xa3])],
  ['ZIP', (head) => startsWithText(head, 'PK')],
]

/** What the file seems to be; undefined when nothing is recognised. */
export function nameForeign(head: Uint8Array): string | undefined {
  if (brandsOf(head).length > 0) return 'MP4 video'
  return magics.find(([, matches]) => matches(head))?.[0]
}
