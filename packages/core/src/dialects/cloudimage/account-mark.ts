/** The watermark of the account, which `wat=1` means where a request names neither a picture nor a text of its own. */
import { parsePipeline } from '../../pipeline/index.ts'
import type { DialectContext, PresetBody } from '../define.ts'
import { type Layer, readBody } from './layers.ts'
import { isMark } from './names.ts'
import { checkWords } from './preset.ts'
import { CloudimageParameters } from './reader.ts'
import type { Account } from './settings.ts'
import { watermarks } from './watermark.ts'

export function marked(values: Layer, { watermark }: Account): Layer {
  const isOwn = values.has('wat_url') || values.has('wat_text')
  if (watermark === undefined || isOwn || !values.has('wat')) return values
  return new Map([...watermark, ...values])
}

/** @throws Problem naming the parameter, when it is no watermark */
export function checkMark(body: PresetBody, { limits }: DialectContext): void {
  checkWords('watermark', body)
  const layer = readBody(body)
  const parameters = new CloudimageParameters(new Map([...layer, ['wat', '1']]))
  const other = [...layer.keys()].find((name) => !isMark(name) || name === 'wat')
  if (other !== undefined)
    throw parameters.invalid(other, 'is no part of a watermark, which has wat_url, wat_text, …')
  parsePipeline(watermarks(parameters, false), limits)
}
