/** Iteration Layer's operations. Examples are lists of operations, sent with a picture of 300 × 160 with a border. */
import type { Conformance, Effect } from '../conformance.ts'

const same = '{"type":"convert","format":"png"}'
const jpeg = '{"type":"convert","format":"jpeg"}'

export const conformance: Conformance = {
  title: 'Iteration Layer image transformation',
  about: `\`POST /image-transformation/v1/transform\` at the server's root, with an API key of the project as the bearer.
\`file\` is base64 or an https address (\`fetch_options\`: headers, auth, locale, user_agent, timeout_ms); operations run in
the order given, 1 to 30 of them. The answer holds the file as base64; errors are \`{"success":false,"error":"…"}\`, and the
first operation that fails is named by its index and type.

A body may have 60 MB, a file 50 MB. Without \`convert\` the result has the source's format. Members that an operation does
not know are ignored; \`left\`, \`top\`, \`width\` … are read as \`left_in_px\` and so on. The EXIF orientation is applied first
and metadata is left out; animations stay animations where the format can. Values beyond what the engine can do (a blur of
more than 1000 px, a median of more than 25) are 422.

\`fetch_options.auth\` is \`{"type":"bearer","token"}\`, \`{"type":"basic","username","password"}\` or
\`{"type":"custom_header","name","value"}\`. \`should_render_javascript\` means nothing for pictures.`,
  // biome-ignore format: one row per operation
  rows: [
    does('resize cover', 'size', { type: 'resize', width_in_px: 100, height_in_px: 100, fit: 'cover' }),
    does('resize contain', 'size', { type: 'resize', width_in_px: 100, height_in_px: 100, fit: 'contain' }, 'Black beside the picture'),
    does('resize fill', 'size', { type: 'resize', width_in_px: 100, height_in_px: 100, fit: 'fill' }),
    does('resize inside', 'size', { type: 'resize', width_in_px: 100, height_in_px: 100, fit: 'inside' }, 'Never enlarges'),
    does('resize outside', 'size', { type: 'resize', width_in_px: 600, height_in_px: 600, fit: 'outside' }, 'Never shrinks'),
    does('crop', 'size', { type: 'crop', left_in_px: 10, top_in_px: 10, width_in_px: 50, height_in_px: 40 }, 'Beyond the picture: 422'),
    nearly('smart_crop', 'size', { type: 'smart_crop', width_in_px: 90, height_in_px: 60 }, 'By colour, skin tones and detail: this server has no model that finds faces and objects'),
    does('extend', 'size', { type: 'extend', top_in_px: 5, bottom_in_px: 6, left_in_px: 7, right_in_px: 8, hex_color: '#ff0000' }, undefined, ['pad']),
    nearly('trim', 'size', { type: 'trim', threshold: 10 }, 'Largest difference of a channel, 0–255, to the top left pixel'),
    does('rotate', 'size', { type: 'rotate', angle_in_degrees: 30 }, 'Clockwise; the canvas grows'),
    does('rotate hex_color', 'pixels', { type: 'rotate', angle_in_degrees: 30, hex_color: '#ffffff' }, 'Black without it', [], [{ type: 'rotate', angle_in_degrees: 30 }]),
    does('flip', 'pixels', { type: 'flip' }, 'Top to bottom'),
    does('flop', 'pixels', { type: 'flop' }, 'Left to right'),
    nearly('blur', 'soft', { type: 'blur', sigma: 4 }, 'Sigma in pixels; below 0.3 nothing happens'),
    nearly('sharpen', 'sharp', { type: 'sharpen', sigma: 2 }, 'Sigma of the mask in pixels, up to 10'),
    nearly('modulate brightness', 'brighter', { type: 'modulate', brightness: 1.4 }, 'Factor on lightness', ['brightness']),
    nearly('modulate saturation', 'pale', { type: 'modulate', saturation: 0 }, 'Factor on chroma', ['saturation']),
    nearly('modulate hue', 'pixels', { type: 'modulate', hue: 90 }, 'Whole degrees', ['hue_rotate']),
    nearly('tint', 'pixels', { type: 'tint', hex_color: '#ff0000' }, 'Keeps lightness'),
    does('grayscale', 'pale', { type: 'grayscale' }),
    does('invert_colors', 'pixels', { type: 'invert_colors' }, undefined, ['invert']),
    nearly('auto_contrast', 'pixels', { type: 'auto_contrast' }, 'Stretches lightness between its first and last hundredth; takes no strength', ['contrast', 'auto_enhance']),
    does('gamma', 'brighter', { type: 'gamma', gamma: 2 }, 'Above 1 brightens'),
    does('remove_transparency', 'pixels', { type: 'remove_transparency', hex_color: '#00ff00' }, undefined, [], [{ type: 'opacity', opacity_in_percent: 40 }], true),
    does('threshold', 'pixels', { type: 'threshold', value: 128, is_grayscale: true }),
    does('threshold is_grayscale', 'pixels', { type: 'threshold', value: 128, is_grayscale: false }, 'Per channel when false', [], [{ type: 'threshold', value: 128, is_grayscale: true }]),
    does('denoise', 'pixels', { type: 'denoise', size: 7 }, 'Median of a square, up to 25 px'),
    does('opacity', 'transparent', { type: 'opacity', opacity_in_percent: 50 }, 'A format without transparency shows white through it'),
    ...['jpeg', 'webp', 'avif', 'heif', 'gif'].map((format) => does(`convert ${format}`, 'type', { type: 'convert', format })),
    { parameter: 'convert quality', status: 'supported', effect: 'bytes', note: '80 without it, 50 for AVIF and HEIF; PNG and GIF have none', example: { with: '[{"type":"convert","format":"jpeg","quality":30}]', without: `[${jpeg}]` } },
    { parameter: 'compress_to_size', status: 'supported', effect: 'bytes', note: 'Of the file that comes out, wherever it stands; quality first, then dimensions (PNG, GIF: only these)', example: { with: `[${jpeg},{"type":"compress_to_size","max_file_size_in_bytes":3000}]`, without: `[${jpeg}]` } },
    { parameter: 'upscale', aliases: ['ai_upscale'], status: 'refused', note: '501: this server has no model for it' },
    { parameter: 'remove_background', aliases: ['background_removal'], status: 'refused', note: '501: this server has no model for it' },
  ],
}

type Row = Conformance['rows'][number]
type Json = Readonly<Record<string, string | number | boolean>>

/** `before` are operations that the example without it has too; `isAdded` puts the operation behind them. */
function does(
  parameter: string,
  effect: Effect,
  operation: Json,
  note?: string,
  aliases: readonly string[] = [],
  before: readonly Json[] = [],
  isAdded = false,
): Row {
  const others = before.length === 0 ? `[${same}]` : JSON.stringify(before)
  const list = JSON.stringify(isAdded ? [...before, operation] : [operation])
  return {
    parameter,
    effect,
    status: 'supported',
    ...(aliases.length === 0 ? {} : { aliases }),
    ...(note === undefined ? {} : { note }),
    example: { with: list, without: others },
  }
}

function nearly(
  parameter: string,
  effect: Effect,
  operation: Json,
  note: string,
  aliases: readonly string[] = [],
): Row {
  return { ...does(parameter, effect, operation, note, aliases), status: 'approximated', note } as Row
}
