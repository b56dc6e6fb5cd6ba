/** Presets hold parameters under their names: only what a URL may say about a picture. */
import { nearest, problem } from '../../problem/index.ts'
import type { PresetBody } from '../define.ts'
import { clip, quote } from '../quote.ts'
import { words } from './names.ts'

/** @throws Problem `request/unknown-parameter`: in a URL it would be passed over, in a preset it is a slip */
export function checkWords(name: string, body: PresetBody): void {
  for (const word of Object.keys(body)) {
    if (words.includes(word)) continue
    const suggestion = nearest(word, words)
    const hint = suggestion === undefined ? '' : `; did you mean "${suggestion}"?`
    throw problem('request/unknown-parameter', {
      detail: `There is no parameter ${quote(word)}${hint}`,
      members: {
        parameter: clip(word),
        preset: clip(name),
        ...(suggestion === undefined ? {} : { suggestion }),
      },
    })
  }
}
