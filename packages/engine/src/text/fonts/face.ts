/**
 * A font file in one weight, ready to shape: what the layout asks of HarfBuzz, in its own words.
 *
 * Lengths are ems, so one shaping serves every size. Faces stay in memory for the next text; a process that has seen
 * very many drops them all.
 */
import { readFileSync } from 'node:fs'
import type * as HarfBuzz from 'harfbuzzjs'
import type { FontFile, FontStyle } from './font-files.ts'
import { unpackWoff2 } from './woff2.ts'

export interface ShapedGlyph {
  readonly glyph: number
  /** UTF-16 index of the first character it stands for. */
  readonly cluster: number
  readonly advance: number
  /** From the pen to the glyph's origin; y up. */
  readonly x: number
  readonly y: number
}

export interface ShapeRequest {
  /** The surroundings decide about joining. */
  readonly context: string
  readonly start: number
  readonly end: number
  readonly isRightToLeft: boolean
  /** BCP 47, empty when unknown. */
  readonly language: string
  /** Whether letters may merge where the script does not demand it. */
  readonly ligatures: boolean
}

/** Commands of a path, coordinates in ems, y up. */
export type Outline = readonly { readonly type: string; readonly values: readonly number[] }[]

/** A part of a glyph that has a colour of its own; `undefined` = the text's. */
export interface ColourLayer {
  readonly outline: Outline
  readonly color: string | undefined
}

/** Smallest box around a glyph, ems, y up. */
export interface InkBox {
  readonly left: number
  readonly bottom: number
  readonly right: number
  readonly top: number
}

type HarfBuzzModule = typeof HarfBuzz

let harfbuzz: Promise<HarfBuzzModule> | undefined

/** HarfBuzz in WebAssembly: 20 ms and 2 MB, so only for those who write. */
export function loadHarfBuzz(): Promise<HarfBuzzModule> {
  harfbuzz ??= import('harfbuzzjs')
  return harfbuzz
}

export class Face {
  readonly isJoined: boolean
  /** Whether glyphs have colours of their own. */
  readonly isColour: boolean
  /** Tangent of the slant of a made-up italic. */
  readonly slant: number
  readonly ascent: number
  /** Below the base line, positive. */
  readonly descent: number
  readonly #hb: HarfBuzzModule
  readonly #face: HarfBuzz.Face
  readonly #font: HarfBuzz.Font
  readonly #buffer: HarfBuzz.Buffer
  readonly #characters: ReadonlySet<number>

  constructor(hb: HarfBuzzModule, source: Source, style: FontStyle, slant: number) {
    const { face, characters, file } = source
    this.#hb = hb
    this.#face = face
    this.#characters = characters
    this.#font = new hb.Font(face)
    if ('from' in file.font.weights) this.#font.setVariations([new hb.Variation('wght', style.weight)])
    this.#buffer = new hb.Buffer()
    this.isJoined = file.font.isJoined === true
    this.isColour = face.hasColorLayers()
    this.slant = slant
    const { ascender, descender } = this.#font.hExtents()
    this.ascent = ascender / face.upem
    this.descent = -descender / face.upem
  }

  has(codePoint: number): boolean {
    return this.#characters.has(codePoint)
  }

  /** Glyphs of a stretch of one direction, in visual order from left to right. */
  shape({ context, start, end, isRightToLeft, language, ligatures }: ShapeRequest): readonly ShapedGlyph[] {
    const hb = this.#hb
    const buffer = this.#buffer
    buffer.reset()
    buffer.addText(context, start, end - start)
    buffer.setDirection(isRightToLeft ? hb.Direction.RTL : hb.Direction.LTR)
    buffer.setLanguage(language === '' ? 'und' : language)
    buffer.guessSegmentProperties()
    hb.shape(this.#font, buffer, ligatures ? [] : [new hb.Feature('liga', 0), new hb.Feature('clig', 0)])
    const { upem } = this.#face
    const positions = buffer.getGlyphPositions()
    return buffer.getGlyphInfos().map(({ codepoint, cluster }, index) => {
      const { xAdvance = 0, xOffset = 0, yOffset = 0 } = positions[index] ?? {}
      return { glyph: codepoint, cluster, advance: xAdvance / upem, x: xOffset / upem, y: yOffset / upem }
    })
  }

  outline(glyph: number): Outline {
    const { upem } = this.#face
    return this.#font
      .glyphToJson(glyph)
      .map(({ type, values }) => ({ type, values: values.map((value) => value / upem) }))
  }

  /** Bottom layer first; none for a glyph without colours of its own. */
  layers(glyph: number): readonly ColourLayer[] {
    if (!this.isColour) return []
    const colors = this.#face.getColorPalettes()[0]?.colors ?? []
    return this.#face.getGlyphColorLayers(glyph).map((layer) => {
      const color = layer.colorIndex === undefined ? undefined : colors[layer.colorIndex]
      return { outline: this.outline(layer.glyph), color: color === undefined ? undefined : css(color) }
    })
  }

  inkBox(glyph: number): InkBox {
    const { upem } = this.#face
    const { xBearing = 0, yBearing = 0, width = 0, height = 0 } = this.#font.glyphExtents(glyph) ?? {}
    const [left, top] = [xBearing / upem, yBearing / upem]
    return { left, top, right: left + width / upem, bottom: top + height / upem }
  }
}

/** A file that was read: shared by all weights. */
interface Source {
  readonly file: FontFile
  readonly face: HarfBuzz.Face
  readonly characters: ReadonlySet<number>
}

const sources = new Map<string, Source>()
const faces = new Map<string, Face>()
/** Files held; an East Asian font alone has over a hundred of about 0.2 MB. */
const maxSources = 128
/** Twelve degrees. */
const madeUpSlant = Math.tan(Math.PI / 15)

/** The face of a file; `isFamily` faces are slanted when they should be italic and have no such file. */
export function faceOf(hb: HarfBuzzModule, file: FontFile, style: FontStyle, isFamily: boolean): Face {
  const slant = style.italic && isFamily && file.font.hasItalic !== true ? madeUpSlant : 0
  const key = `${file.path} ${style.weight} ${slant}`
  const known = faces.get(key)
  if (known !== undefined) return known
  if (sources.size >= maxSources) {
    sources.clear()
    faces.clear()
  }
  const source = sources.get(file.path) ?? readSource(hb, file)
  sources.set(file.path, source)
  const face = new Face(hb, source, style, slant)
  faces.set(key, face)
  return face
}

function readSource(hb: HarfBuzzModule, file: FontFile): Source {
  const face = new hb.Face(new hb.Blob(unpackWoff2(readFileSync(file.path))))
  return { file, face, characters: new Set(face.collectUnicodes()) }
}

function css({ red, green, blue, alpha }: HarfBuzz.Color): string {
  const hex = (value: number) => value.toString(16).padStart(2, '0')
  return `#${hex(red)}${hex(green)}${hex(blue)}${alpha === 255 ? '' : hex(alpha)}`
}
