/** imgix's `ch`: the client hints a URL invites and follows. What the URL itself says wins. */
import type { DialectTarget } from '../define.ts'
import type { ImgixParameters } from './reader.ts'

export interface Hints {
  readonly dpr: number
  readonly isSaving: boolean
  /** Headers that were looked at. */
  readonly vary: readonly string[]
  /** For `Accept-CH`. */
  readonly accepted: readonly string[]
}

const names = { width: 'Width', dpr: 'DPR', 'save-data': 'Save-Data' } as const

export function hintsOf(parameters: ImgixParameters, sent: DialectTarget['hints']): Hints {
  const wanted = parameters.words('ch', ['width', 'dpr', 'save-data']) ?? []
  const accepted = wanted.map((word) => names[word])
  if (wanted.includes('width') && !parameters.has('w')) parameters.fill('w', sent.width)
  if (wanted.includes('dpr') && !parameters.has('dpr')) parameters.fill('dpr', sent.dpr)
  const asked = parameters.number('dpr', { min: 0, max: 5 }) ?? 1
  // `Width` is in pixels of the screen already.
  const isPhysical = wanted.includes('width') && sent.width !== undefined && parameters.isFilled('w')
  return {
    dpr: asked > 0 && !isPhysical ? asked : 1,
    isSaving: wanted.includes('save-data') && sent['save-data'] === 'on',
    vary: accepted,
    accepted,
  }
}
