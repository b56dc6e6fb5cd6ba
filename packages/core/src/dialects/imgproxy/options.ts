/** The options of a URL, in the order written, into settings; presets stand for their options where their name stands. */
import { problem } from '../../problem/index.ts'
import type { DialectContext, PresetBody } from '../define.ts'
import { presetNamed, presetText } from '../preset-text.ts'
import { clip } from '../quote.ts'
import { Arguments } from './arguments.ts'
import { defaultSettings } from './defaults.ts'
import { fileOptions } from './file-options.ts'
import { geometryOptions } from './geometry-options.ts'
import { lookOptions } from './look-options.ts'
import { type Option, optionNamed, refusalOf } from './names.ts'
import type { Settings } from './settings.ts'

const readers: Readonly<Record<Exclude<Option, 'preset'>, (parts: Arguments, settings: Settings) => void>> = {
  ...geometryOptions,
  ...lookOptions,
  ...fileOptions,
}

export interface Options {
  readonly settings: Readonly<Settings>
  /** The first preset that was named. */
  readonly preset?: string
  /** Nothing but one preset is asked for. */
  readonly presetOnly: boolean
}

/** The preset that holds for every URL, as at imgproxy. */
const general = 'default'

/** @throws Problem `request/…`, `preset/unknown`, `format/unavailable` */
export function readOptions(texts: readonly string[], { presets }: Pick<DialectContext, 'presets'>): Options {
  const settings = generalSettings(presets)
  const names: string[] = []
  for (const text of texts) {
    const { option, parts } = split(text)
    if (option !== 'preset') {
      readers[option](parts, settings)
      continue
    }
    for (const name of parts.all()) {
      for (const inner of presetOptions(name, presetNamed(name, presets, 'Preset'))) apply(inner, settings)
      names.push(name)
    }
  }
  const [preset] = names
  return {
    settings,
    ...(preset === undefined ? {} : { preset }),
    presetOnly: names.length === 1 && texts.length === 1,
  }
}

/** What holds for a URL that names nothing but this preset. @throws Problem naming what is wrong with its body */
export function presetSettings(
  name: string,
  body: PresetBody,
  { presets }: Pick<DialectContext, 'presets'>,
): Readonly<Settings> {
  const settings = name === general ? defaultSettings() : generalSettings(presets)
  for (const text of presetOptions(name, body)) apply(text, settings)
  return settings
}

function generalSettings(presets: DialectContext['presets']): Settings {
  const settings = defaultSettings()
  const body = presets.get(general)
  if (body !== undefined) for (const text of presetOptions(general, body)) apply(text, settings)
  return settings
}

const form = { kind: 'A preset', member: 'options', example: 'rs:fill:200:200/q:80' } as const
const maxPresetOptions = 100

function presetOptions(name: string, body: PresetBody): readonly string[] {
  const texts = presetText(name, body, form).split('/')
  if (texts.length <= maxPresetOptions) return texts
  throw problem('request/too-many-parameters', {
    detail: `A preset may have at most ${maxPresetOptions} options.`,
  })
}

/** One option of a preset, which names no other one: none can be without end. */
function apply(text: string, settings: Settings): void {
  const { option, parts } = split(text)
  if (option === 'preset') throw parts.invalid('cannot stand in a preset')
  readers[option](parts, settings)
}

function split(text: string): { readonly option: Option; readonly parts: Arguments } {
  const [name = '', ...texts] = text.split(':')
  const option = optionNamed(name)
  if (option !== undefined) return { option, parts: new Arguments(name, texts) }
  throw problem('request/unknown-parameter', {
    detail: `Invalid URL: ${JSON.stringify(clip(text))}. ${refusalOf(clip(name))}`,
    members: { parameter: clip(name) },
  })
}
