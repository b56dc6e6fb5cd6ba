/** imgproxy's processing options: their short forms, and those that are only known to be refused by name. */
import { nearest } from '../../problem/index.ts'

/** Option → other spellings of it. */
export const supportedOptions = {
  resize: ['rs'],
  size: ['s'],
  resizing_type: ['rt'],
  resizing_algorithm: ['ra'],
  width: ['w'],
  height: ['h'],
  'min-width': ['mw', 'min_width'],
  'min-height': ['mh', 'min_height'],
  zoom: ['z'],
  dpr: [],
  enlarge: ['el'],
  extend: ['ex'],
  extend_aspect_ratio: ['extend_ar', 'exar'],
  gravity: ['g'],
  crop: ['c'],
  crop_aspect_ratio: ['crop_ar', 'car'],
  trim: ['t'],
  padding: ['pd'],
  auto_rotate: ['ar'],
  rotate: ['rot'],
  flip: ['fl'],
  background: ['bg'],
  adjust: ['a'],
  brightness: ['br'],
  contrast: ['co'],
  saturation: ['sa'],
  monochrome: ['mc'],
  duotone: ['dt'],
  colorize: ['col'],
  gradient: ['gr'],
  blur: ['bl'],
  sharpen: ['sh'],
  unsharp_masking: ['ush'],
  pixelate: ['pix'],
  blur_detections: ['bd'],
  watermark: ['wm'],
  watermark_url: ['wmu'],
  watermark_text: ['wmt'],
  watermark_size: ['wms'],
  watermark_rotate: ['wm_rot', 'wmr'],
  strip_metadata: ['sm'],
  keep_copyright: ['kcr'],
  strip_color_profile: ['scp'],
  color_profile: ['cp', 'icc'],
  quality: ['q'],
  format_quality: ['fq'],
  autoquality: ['aq'],
  max_bytes: ['mb'],
  jpeg_options: ['jpgo'],
  png_options: ['pngo'],
  webp_options: ['webpo'],
  avif_options: ['avifo'],
  format: ['f', 'ext'],
  page: ['pg'],
  pages: ['pgs'],
  disable_animation: ['da'],
  skip_processing: ['skp', 'sp'],
  raw: [],
  cachebuster: ['cb'],
  cache_tags: ['ct'],
  expires: ['exp'],
  filename: ['fn'],
  return_attachment: ['att'],
  preset: ['pr'],
} as const satisfies Readonly<Record<string, readonly string[]>>

export type Option = keyof typeof supportedOptions

const film = 'is about films, and this server makes pictures'
const limit = 'is a limit, which is for the operator of this server to set'

/** Documented by imgproxy, without a counterpart here; the text completes the sentence "`dpi` …". */
const refusals: Readonly<Record<string, string>> = {
  objects_position: 'moves things from the middle of a cut, which keeps them there here',
  crop_objects: 'is not known: a cut around things has a size here',
  draw_detections: 'is not known: no marks are drawn into delivered pictures',
  blur_areas: 'names areas in shares of the picture, and blurs here are in pixels',
  progressive_blur: 'is a blur that grows, which this server does not have',
  background_alpha: 'is not known: what lies behind a picture is opaque here',
  watermark_shadow: 'is not drawn by this server',
  style: 'is CSS for an SVG, which is drawn as it is',
  always_rasterize_svg: 'is not needed: an SVG is always made into pixels',
  dpi: 'is not written by this server',
  preserve_hdr: 'is not known: pictures are delivered in 8 bits',
  enforce_thumbnail: 'is not known: the picture itself is decoded',
  fallback_image_url: 'names a picture for missing ones: set a fallback at the origin',
  hashsum: 'is not checked by this server',
  bypass_cache: 'is not known: a version in the source’s address does the same',
  max_src_resolution: limit,
  max_src_file_size: limit,
  max_animation_frames: limit,
  max_animation_frame_resolution: limit,
  max_result_dimension: limit,
  video_thumbnail_second: film,
  video_thumbnail_keyframes: film,
  video_thumbnail_tile: film,
  video_thumbnail_animation: film,
}

const refusedAliases: Readonly<Record<string, string>> = {
  obj_pos: 'objects_position',
  op: 'objects_position',
  c_obj: 'crop_objects',
  dd: 'draw_detections',
  ba: 'blur_areas',
  pbl: 'progressive_blur',
  bga: 'background_alpha',
  wmsh: 'watermark_shadow',
  st: 'style',
  stl: 'style',
  ars: 'always_rasterize_svg',
  ph: 'preserve_hdr',
  eth: 'enforce_thumbnail',
  fiu: 'fallback_image_url',
  hs: 'hashsum',
  bc: 'bypass_cache',
  msr: 'max_src_resolution',
  msfs: 'max_src_file_size',
  maf: 'max_animation_frames',
  mafr: 'max_animation_frame_resolution',
  mrd: 'max_result_dimension',
  vts: 'video_thumbnail_second',
  vtk: 'video_thumbnail_keyframes',
  vtt: 'video_thumbnail_tile',
  vta: 'video_thumbnail_animation',
}

const byName: ReadonlyMap<string, Option> = new Map(
  (Object.entries(supportedOptions) as [Option, readonly string[]][]).flatMap(([option, aliases]) =>
    [option, ...aliases].map((name) => [name, option] as const),
  ),
)

export function optionNamed(name: string): Option | undefined {
  return byName.get(name)
}

const reasons = new Map([
  ...Object.entries(refusals),
  ...Object.entries(refusedAliases).map(([alias, name]) => [alias, refusals[name] ?? ''] as const),
])

/** Why an option does nothing here, as a sentence about `name`, or which one may have been meant. */
export function refusalOf(name: string): string {
  const reason = reasons.get(name)
  if (reason !== undefined) return `The processing option "${name}" ${reason}.`
  const near = nearest(name, [...byName.keys()])
  return `This processing option is not known.${near === undefined ? '' : ` Did you mean "${near}"?`}`
}
