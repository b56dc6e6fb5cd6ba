/** Iteration Layer's operations. Examples are lists of operations, sent with a picture of 300 × 160 with a border. */
import { approximated, type Conformance, rowsOf, supported } from '../conformance.ts'

const box = (side: number) => ({ width_in_px: side, height_in_px: side })
const same = { type: 'convert', format: 'png' }
const turned = { type: 'rotate', angle_in_degrees: 30 }
const cut = { type: 'threshold', value: 128 }
const clear = { type: 'opacity', opacity_in_percent: 40 }
const jpeg = { type: 'convert', format: 'jpeg' }

type Json = Readonly<Record<string, string | number | boolean>>

/** The operation beside one that changes nothing, or beside others. */
function pieces(operation: Json | readonly Json[], others: Json = same): readonly [string, string] {
  return [JSON.stringify([operation].flat()), JSON.stringify([others])]
}

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
  rows: rowsOf({
    'resize cover': supported('size', pieces({ type: 'resize', ...box(100), fit: 'cover' })),
    'resize contain': supported('size', pieces({ type: 'resize', ...box(100), fit: 'contain' }), 'Black beside the picture'),
    'resize fill': supported('size', pieces({ type: 'resize', ...box(100), fit: 'fill' })),
    'resize inside': supported('size', pieces({ type: 'resize', ...box(100), fit: 'inside' }), 'Never enlarges'),
    'resize outside': supported('size', pieces({ type: 'resize', ...box(600), fit: 'outside' }), 'Never shrinks'),
    crop: supported('size', pieces({ type: 'crop', left_in_px: 10, top_in_px: 10, ...box(50) }), 'Beyond the picture: 422'),
    smart_crop: supported('size', pieces({ type: 'smart_crop', ...box(90) }), 'A face before people, animals and things; the centre where nothing is found'),
    'extend | pad': supported('size', pieces({ type: 'extend', top_in_px: 5, bottom_in_px: 6, left_in_px: 7, right_in_px: 8, hex_color: '#ff0000' })),
    trim: approximated('size', pieces({ type: 'trim', threshold: 10 }), 'Largest difference of a channel, 0–255, to the top left pixel'),
    rotate: supported('size', pieces(turned), 'Clockwise; the canvas grows'),
    'rotate hex_color': supported('pixels', pieces({ ...turned, hex_color: '#ffffff' }, turned), 'Black without it'),
    flip: supported('pixels', pieces({ type: 'flip' }), 'Top to bottom'),
    flop: supported('pixels', pieces({ type: 'flop' }), 'Left to right'),
    blur: approximated('soft', pieces({ type: 'blur', sigma: 4 }), 'Sigma in pixels; below 0.3 nothing happens'),
    sharpen: approximated('sharp', pieces({ type: 'sharpen', sigma: 2 }), 'Sigma of the mask in pixels, up to 10'),
    'modulate brightness | brightness': approximated('brighter', pieces({ type: 'modulate', brightness: 1.4 }), 'Factor on lightness'),
    'modulate saturation | saturation': approximated('pale', pieces({ type: 'modulate', saturation: 0 }), 'Factor on chroma'),
    'modulate hue | hue_rotate': approximated('pixels', pieces({ type: 'modulate', hue: 90 }), 'Whole degrees'),
    tint: approximated('pixels', pieces({ type: 'tint', hex_color: '#ff0000' }), 'Keeps lightness'),
    grayscale: supported('pale', pieces({ type: 'grayscale' })),
    'invert_colors | invert': supported('pixels', pieces({ type: 'invert_colors' })),
    'auto_contrast | contrast | auto_enhance': approximated('pixels', pieces({ type: 'auto_contrast' }), 'Stretches lightness between its first and last hundredth; takes no strength'),
    gamma: supported('brighter', pieces({ type: 'gamma', gamma: 2 }), 'Above 1 brightens'),
    remove_transparency: supported('pixels', pieces([clear, { type: 'remove_transparency', hex_color: '#00ff00' }], clear)),
    threshold: supported('pixels', pieces({ ...cut, is_grayscale: true })),
    'threshold is_grayscale': supported('pixels', pieces({ ...cut, is_grayscale: false }, { ...cut, is_grayscale: true }), 'Per channel when false'),
    denoise: supported('pixels', pieces({ type: 'denoise', size: 7 }), 'Median of a square, up to 25 px'),
    opacity: supported('transparent', pieces(clear), 'A format without transparency shows white through it'),
    'convert jpeg': supported('type', pieces(jpeg)),
    'convert webp': supported('type', pieces({ type: 'convert', format: 'webp' })),
    'convert avif': supported('type', pieces({ type: 'convert', format: 'avif' })),
    'convert heif': supported('type', pieces({ type: 'convert', format: 'heif' })),
    'convert gif': supported('type', pieces({ type: 'convert', format: 'gif' })),
    'convert quality': supported('bytes', pieces({ ...jpeg, quality: 30 }, jpeg), '80 without it, 50 for AVIF and HEIF; PNG and GIF have none'),
    compress_to_size: supported('bytes', pieces([jpeg, { type: 'compress_to_size', max_file_size_in_bytes: 3000 }], jpeg), 'Of the file that comes out, wherever it stands; quality first, then dimensions (PNG, GIF: only these)'),
    'upscale | ai_upscale': supported('size', pieces({ type: 'upscale', factor: 2 }), 'Without its model the exact enlargement, which a header says; what takes longer than a request may is 422'),
    'remove_background | background_removal': supported('status', pieces({ type: 'remove_background' }), '501 without its model. Transparent where the format that comes out has transparency, else white'),
  }),
}
