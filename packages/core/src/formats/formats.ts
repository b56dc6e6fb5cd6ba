/**
 * Traits per format. One row here plus one codec file in the engine is a new format.
 *
 * `decode`/`encode` say what this version of Fovea can do; the engine's codec registry is tested against them.
 */
interface FormatTraits {
  readonly mime: string
  /** Extensions without dot, lower case; the first one is the one we write. */
  readonly extensions: readonly [string, ...string[]]
  readonly alpha: boolean
  readonly animation: boolean
  readonly lossy: boolean
  readonly lossless: boolean
  readonly decode: boolean
  readonly encode: boolean
  /** Browsers show it in `<img>`, so an original in it may be delivered untouched. */
  readonly webSafe: boolean
  /** Largest side the container or coder can hold, px. */
  readonly maxSide: number
}

// biome-ignore format: one row per format
export const formats = {
  jpeg: { mime: 'image/jpeg', extensions: ['jpg', 'jpeg', 'jpe', 'jfif'], alpha: false, animation: false, lossy: true, lossless: false, decode: true, encode: true, webSafe: true, maxSide: 65_500 },
  png: { mime: 'image/png', extensions: ['png', 'apng'], alpha: true, animation: false, lossy: false, lossless: true, decode: true, encode: true, webSafe: true, maxSide: 2_147_483_647 },
  webp: { mime: 'image/webp', extensions: ['webp'], alpha: true, animation: true, lossy: true, lossless: true, decode: true, encode: true, webSafe: true, maxSide: 16_383 },
  avif: { mime: 'image/avif', extensions: ['avif'], alpha: true, animation: false, lossy: true, lossless: true, decode: true, encode: true, webSafe: true, maxSide: 16_384 },
  gif: { mime: 'image/gif', extensions: ['gif'], alpha: true, animation: true, lossy: false, lossless: true, decode: true, encode: true, webSafe: true, maxSide: 65_535 },
  tiff: { mime: 'image/tiff', extensions: ['tiff', 'tif'], alpha: true, animation: false, lossy: false, lossless: true, decode: true, encode: true, webSafe: false, maxSide: 2_147_483_647 },
  svg: { mime: 'image/svg+xml', extensions: ['svg', 'svgz'], alpha: true, animation: false, lossy: false, lossless: true, decode: true, encode: false, webSafe: false, maxSide: 32_767 },
  jxl: { mime: 'image/jxl', extensions: ['jxl'], alpha: true, animation: false, lossy: true, lossless: true, decode: true, encode: true, webSafe: false, maxSide: 1_073_741_823 },
  heif: { mime: 'image/heif', extensions: ['heif', 'heic', 'hif'], alpha: true, animation: false, lossy: true, lossless: true, decode: true, encode: true, webSafe: false, maxSide: 16_384 },
  jp2: { mime: 'image/jp2', extensions: ['jp2', 'j2k', 'jpf', 'jpx'], alpha: true, animation: false, lossy: true, lossless: true, decode: true, encode: true, webSafe: false, maxSide: 65_535 },
  bmp: { mime: 'image/bmp', extensions: ['bmp', 'dib'], alpha: true, animation: false, lossy: false, lossless: true, decode: true, encode: false, webSafe: false, maxSide: 2_147_483_647 },
  ico: { mime: 'image/x-icon', extensions: ['ico', 'cur'], alpha: true, animation: false, lossy: false, lossless: true, decode: true, encode: false, webSafe: false, maxSide: 256 },
  tga: { mime: 'image/x-tga', extensions: ['tga'], alpha: true, animation: false, lossy: false, lossless: true, decode: true, encode: false, webSafe: false, maxSide: 65_535 },
  pnm: { mime: 'image/x-portable-anymap', extensions: ['pnm', 'ppm', 'pgm', 'pbm', 'pam', 'pfm'], alpha: true, animation: false, lossy: false, lossless: true, decode: true, encode: false, webSafe: false, maxSide: 2_147_483_647 },
  qoi: { mime: 'image/qoi', extensions: ['qoi'], alpha: true, animation: false, lossy: false, lossless: true, decode: true, encode: false, webSafe: false, maxSide: 2_147_483_647 },
  hdr: { mime: 'image/vnd.radiance', extensions: ['hdr'], alpha: false, animation: false, lossy: false, lossless: true, decode: true, encode: false, webSafe: false, maxSide: 2_147_483_647 },
  exr: { mime: 'image/x-exr', extensions: ['exr'], alpha: true, animation: false, lossy: false, lossless: true, decode: true, encode: false, webSafe: false, maxSide: 2_147_483_647 },
  pdf: { mime: 'application/pdf', extensions: ['pdf'], alpha: false, animation: false, lossy: false, lossless: true, decode: true, encode: false, webSafe: false, maxSide: 16_384 },
} as const satisfies Record<string, FormatTraits>

export type Format = keyof typeof formats

const byExtension: ReadonlyMap<string, Format> = new Map(
  (Object.keys(formats) as Format[]).flatMap((format) =>
    formats[format].extensions.map((extension) => [extension, format] as const),
  ),
)

/** The format a file extension stands for (case folded, no dot), `undefined` when it is none of ours. */
export function formatOfExtension(extension: string): Format | undefined {
  return byExtension.get(extension.toLowerCase())
}

/** Narrows an unknown string to a format name. */
export function isFormat(name: string): name is Format {
  return Object.hasOwn(formats, name)
}

export function traitsOf(format: Format): FormatTraits {
  return formats[format]
}
