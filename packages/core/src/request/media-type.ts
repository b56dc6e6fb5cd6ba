/** What the bytes of a result are called: an image format, or one of the texts that analyses make. */
import { type Format, isFormat, traitsOf } from '../formats/formats.ts'
import type { RunOutput } from './output.ts'

export const textFormats = ['json', 'css', 'text'] as const
export type TextFormat = (typeof textFormats)[number]
export type MadeFormat = Format | TextFormat

const mediaTypes: Readonly<Record<TextFormat, string>> = {
  json: 'application/json; charset=utf-8',
  css: 'text/css; charset=utf-8',
  text: 'text/plain; charset=utf-8',
}

/** Value of `Content-Type`. */
export function mediaTypeOf(format: MadeFormat): string {
  return isFormat(format) ? traitsOf(format).mime : mediaTypes[format]
}

/** The text an analysis is; `undefined` for an image. */
export function textFormatOf(output: RunOutput): TextFormat | undefined {
  switch (output.kind) {
    case 'image':
      return undefined
    case 'palette':
      return output.as
    case 'placeholder':
      return 'text'
    case 'facts':
    case 'sightings':
      return 'json'
  }
}
