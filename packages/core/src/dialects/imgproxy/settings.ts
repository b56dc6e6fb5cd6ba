/** What the options of a URL have said, the later ones over the earlier ones. Defaults are those of imgproxy. */
import type { Format } from '../../formats/index.ts'
import type { GravityOption } from './gravity.ts'

export interface Settings {
  resizingType: 'fit' | 'fill' | 'fill-down' | 'force' | 'auto'
  kernel: 'nearest' | 'linear' | 'cubic' | 'lanczos2' | 'lanczos3'
  /** 0 is none given, here and for all sides. */
  width: number
  height: number
  minWidth: number
  minHeight: number
  zoomX: number
  zoomY: number
  dpr: number
  enlarge: boolean
  extend: GravityOption | undefined
  extendAspect: GravityOption | undefined
  gravity: GravityOption
  /** Sides in pixels, or shares below 1. */
  crop: { readonly width: number; readonly height: number; readonly gravity: GravityOption | undefined }
  cropAspect: { readonly ratio: number; readonly enlarge: boolean } | undefined
  trim: { readonly threshold: number; readonly color: string | undefined } | undefined
  padding: Sides
  autoRotate: boolean
  /** Of a document, from 1. */
  page: number
  rotate: 0 | 90 | 180 | 270
  flop: boolean
  flip: boolean
  background: string | undefined
  brightness: number
  contrast: number
  saturation: number
  monochrome: { readonly intensity: number; readonly color: string } | undefined
  duotone: { readonly intensity: number; readonly shadow: string; readonly highlight: string } | undefined
  colorize: { readonly opacity: number; readonly color: string; readonly keepsAlpha: boolean } | undefined
  gradient: { readonly opacity: number; readonly color: string; readonly angle: number } | undefined
  blur: number
  sharpen: number
  unsharp: { readonly mode: 'auto' | 'always'; readonly amount: number } | undefined
  pixelate: number
  /** Who is made unrecognisable; the blur in imgproxy's pixels. */
  hidden: { readonly what: 'faces' | 'people'; readonly sigma: number } | undefined
  watermark: Watermark | undefined
  watermarkUrl: string | undefined
  watermarkText: string | undefined
  watermarkWidth: number
  watermarkHeight: number
  watermarkAngle: number
  stripMetadata: boolean
  keepCopyright: boolean
  stripProfile: boolean
  quality: number | undefined
  formatQuality: ReadonlyMap<Format, number>
  target: number | undefined
  maxBytes: number | undefined
  progressive: boolean
  interlaced: boolean
  palette: boolean
  colors: 2 | 4 | 16 | 256 | undefined
  lossless: boolean
  jpegChroma: '4:2:0' | '4:4:4' | undefined
  avifChroma: '4:2:0' | '4:4:4' | undefined
  format: Format | 'best' | undefined
  oneFrame: boolean
  skips: ReadonlySet<Format>
  raw: boolean
  expiresAt: number | undefined
  fileName: string | undefined
  attachment: boolean
}

export interface Sides {
  readonly top: number
  readonly right: number
  readonly bottom: number
  readonly left: number
}

export interface Watermark {
  readonly opacity: number
  readonly place: GravityOption | 'repeated'
  readonly x: number
  readonly y: number
  /** Share of the image; 0 is the picture's own size. */
  readonly scale: number
}
