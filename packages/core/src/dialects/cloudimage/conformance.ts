/** Cloudimage's documented parameters. Examples are queries on a picture of 300×200, or begin with the name of another picture. */
import { approximated, type Conformance, ignored, rowsOf, supported } from '../conformance.ts'

export const conformance: Conformance = {
  title: 'Cloudimage v7',
  about: `\`/cloudimage/{project}/[v7/]{origin}?{parameters}\`, or the same on a host of the project whose dialect is
\`cloudimage\`, without \`/cloudimage/{project}\`. \`origin\` is an absolute URL, a host without its scheme (https is tried,
then http), \`_alias_/path\` with the name of an origin, or a path of the project; with \`ci_url_encoded=1\` it is
percent-encoded as a whole. What comes from the web passes the project's web proxy: its list is the list of domains
(\`*.example.com\` also means \`example.com\`), everything else is a 403.

Parameters have no order and act in this one: cut, trim, flip and rotation, size, sharpening, filters, corners,
background, watermark. Names that are not in this table are passed over; those of the origin's own URL are sent to a
\`web\` origin that lists them in \`keyQuery\`, and to an absolute URL only when it is encoded. A number beyond its range is
brought to its end, a text that means nothing is a 400 that says what would. Statuses and bodies of errors are ours.

\`PUT /api/v1/settings/dialects/cloudimage\` says what an account says once for all its URLs: \`rules\` (the first whose
\`path\` covers the origin counts; \`*\` is any text, a pattern without a slash is about the file's name), the
\`watermark\` that \`wat=1\` means where a request names none, and \`auto_webp\`.

Sealed parameters outrank presets, presets the URL, the URL rules. Beside sealed watermark parameters no other watermark
parameter counts; anything else may be added to a sealed URL by whoever has it, as with the vendor, but no private
picture. \`ci_sign\` and \`ci_seal\` use the project's signing secret as salt and have 18 to 40 hex digits; a URL with one
is checked even where none is needed.`,
  rows: rowsOf({
    'w | width': supported('size', ['w=100']),
    'h | height': supported('size', ['h=100']),
    org_if_sml: supported('size', ['w=400&org_if_sml=1', 'w=400'], 'whatever `func` says'),
    'func=crop': supported('size', ['w=100&h=100&func=crop', 'w=100&h=100&func=bound'], 'the default'),
    'func=fit': supported('pixels', ['w=120&h=120&func=fit', 'w=120&h=120']),
    'func=cropfit': supported('pixels', ['w=320&h=100&func=cropfit', 'w=320&h=100']),
    'func=bound': supported('size', ['w=100&h=100&func=bound', 'w=100&h=100']),
    'func=boundmin': supported('size', ['w=100&h=100&func=boundmin', 'w=100&h=100']),
    'func=cover': supported('pixels', ['w=100&h=100&func=cover', 'w=100&h=100'], 'stretches'),
    'func=face': supported(
      'pixels',
      ['w=100&h=100&func=face', 'w=100&h=100&gravity=west'],
      'all faces that fit, else the largest; what draws the eye where there are none',
    ),
    'func=proxy': supported(
      'size',
      ['w=100&func=proxy', 'w=100'],
      'the original; only where nothing of a higher rank says anything',
    ),
    dpr: supported('size', ['w=50&dpr=2', 'w=50'], '0.1 to 10'),
    aspect_ratio: supported(
      'size',
      ['w=100&aspect_ratio=1:1', 'w=100'],
      '`16:9`, `1.778` or a range `4:3,16:9`; beside one side it makes the other, beside both it is left out',
    ),
    'gravity=north': supported(
      'pixels',
      ['w=100&h=30&gravity=north', 'w=100&h=30'],
      'the eight points of the compass and `center`',
    ),
    'gravity=auto | gravity=smart': approximated(
      'pixels',
      ['w=100&h=100&gravity=auto', 'w=100&h=100&gravity=west'],
      'by colour, skin tones and detail',
    ),
    'gravity=face': supported(
      'pixels',
      ['w=100&h=100&gravity=face', 'w=100&h=100&gravity=west'],
      'all faces that fit, else the largest; the same as auto where there are none',
    ),
    'gravity=trim': approximated(
      'pixels',
      ['w=100&h=100&gravity=trim', 'w=100&h=100&gravity=east'],
      'the part with the most detail',
    ),
    'gravity=X,Y': supported(
      'pixels',
      ['w=100&h=100&gravity=250,100', 'w=100&h=100'],
      'pixels of the original; `fit` takes the centre',
    ),
    'gravity=Xp,Yp | gravity=Xs,Ys | gravity=Xc,Yc': supported(
      'pixels',
      ['w=100&h=100&gravity=80p,50p', 'w=100&h=100'],
      'percent, or 0–1 with `c`; `fit` takes the nearest of nine places',
    ),
    tl_px: supported(
      'pixels',
      ['tl_px=50,50&w=100&h=100', 'w=100&h=100'],
      'alone: `w`×`h` from there, or all from there on where a side is missing',
    ),
    br_px: supported('size', ['tl_px=50,50&br_px=150,120', 'tl_px=50,50'], 'alone: `w`×`h` up to there'),
    face_margin: ignored('in what it is counted is not known; faces keep some air anyway'),
    margin: supported(
      'pixels',
      ['w=120&h=120&func=fit&margin=20', 'w=120&h=120&func=fit'],
      'px, or percent of each side (`5p`, `5%`); kept beside `org_if_sml`',
    ),
    fit_enlarge: supported('pixels', ['w=400&h=400&func=fit&fit_enlarge=1', 'w=400&h=400&func=fit']),
    'r | rotate': supported('size', ['r=90'], 'counter-clockwise, before the size'),
    flip: supported('pixels', ['flip=h']),
    trim: approximated('size', ['framed.png?trim=10', 'framed.png?'], '0–100 % of difference'),
    radius: supported(
      'transparent',
      ['force_format=png&radius=40', 'force_format=png'],
      'px, four of them, or `max`; white where the format has no transparency',
    ),
    sharp: approximated('sharp', ['w=150&sharp=1', 'w=150'], 'sigma 0.5 behind the size'),
    'bg_color | bg_colour': supported(
      'pixels',
      ['w=120&h=120&func=fit&bg_color=ff0000', 'w=120&h=120&func=fit'],
      'hex, name, `transparent`, or `auto` for the dominant colour; white beside the picture when absent. Given, it lies under all that can be seen through',
    ),
    'bg_color=auto': supported('darker', ['w=120&h=120&func=fit&bg_color=auto', 'w=120&h=120&func=fit']),
    'bg_color=transparent': supported('transparent', [
      'w=120&h=120&func=fit&force_format=png&bg_color=transparent',
      'w=120&h=120&func=fit&force_format=png',
    ]),
    bg_img_fit: supported('darker', ['w=120&h=120&func=fit&bg_img_fit=1', 'w=120&h=120&func=fit']),
    bg_blur: approximated(
      'pixels',
      ['w=120&h=120&func=fit&bg_img_fit=1&bg_blur=1', 'w=120&h=120&func=fit&bg_img_fit=1&bg_blur=60'],
      'sigma in pixels',
    ),
    bg_opacity: supported('brighter', [
      'w=120&h=120&func=fit&bg_img_fit=1&bg_opacity=0.2',
      'w=120&h=120&func=fit&bg_img_fit=1',
    ]),
    'bg_colorize | bg_colourise': approximated(
      'colourful',
      ['w=120&h=120&func=fit&bg_img_fit=1&bg_colorize=ff0000', 'w=120&h=120&func=fit&bg_img_fit=1'],
      'half of it',
    ),
    f: supported(
      'brighter',
      ['f=bright%3A60%2Ccontrast%3A5'],
      'a list of filters; parameters of the same name count more',
    ),
    bright: approximated('brighter', ['bright=60'], '−255 to 255'),
    contrast: approximated('pixels', ['contrast=40'], '−100 to 100'),
    'saturation | saturate': approximated('colourful', ['saturation=60'], 'percent of chroma, from −100'),
    'gray | grey': supported('pale', ['gray=1']),
    blur: approximated('soft', ['blur=4'], 'sigma in pixels, up to 100'),
    'pixelate | pixellate': approximated('soft', ['pixelate=12'], 'block in pixels, up to 100'),
    sharpen: approximated('sharp', ['sharpen=60'], '0 to 100, scale is ours'),
    sepia: approximated('pixels', ['sepia=1'], '`1`, or percent'),
    invert: supported('pixels', ['invert=1']),
    duotone: approximated(
      'pixels',
      ['duotone=1b2a6b,ffd76e'],
      'two colours with a comma or, in a list, a semicolon',
    ),
    blur_faces: approximated(
      'faces',
      ['blur_faces=10'],
      'scale ours, never so faint that somebody is recognised; 501 where no model finds faces',
    ),
    wat: supported(
      'pixels',
      ['wat=1&wat_url=/logo.png', 'wat_url=/logo.png'],
      'switches `wat_…` on; a 400 where nothing is named and the account has no watermark',
    ),
    wat_url: supported(
      'pixels',
      ['wat=1&wat_url=/logo.png'],
      'an address of the web, a host without its scheme (https), `_alias_/path`, or a path of the project',
    ),
    wat_text: supported('pixels', ['wat=1&wat_text=Fovea']),
    wat_gravity: supported(
      'pixels',
      ['wat=1&wat_url=/logo.png&wat_gravity=northeast', 'wat=1&wat_url=/logo.png'],
      'points of the compass, `center`; `absolute` for the corner, `relative` for the middle of the picture at `wat_pos`',
    ),
    wat_pos: supported(
      'pixels',
      [
        'wat=1&wat_url=/logo.png&wat_gravity=relative&wat_pos=20,80',
        'wat=1&wat_url=/logo.png&wat_gravity=relative&wat_pos=50',
      ],
      'percent of the image',
    ),
    wat_scale: supported(
      'pixels',
      ['wat=1&wat_url=/logo.png&wat_scale=80p', 'wat=1&wat_url=/logo.png'],
      'percent of its own size, or of the image (`35p`); pictures only',
    ),
    wat_pad: supported('pixels', [
      'wat=1&wat_url=/logo.png&wat_gravity=southeast&wat_pad=40,20p',
      'wat=1&wat_url=/logo.png&wat_gravity=southeast',
    ]),
    wat_opacity: supported('pixels', ['wat=1&wat_url=/logo.png&wat_opacity=0.3', 'wat=1&wat_url=/logo.png']),
    wat_font: approximated(
      'pixels',
      ['wat=1&wat_text=Fovea&wat_font=Courier-Bold&wat_fontsize=60', 'wat=1&wat_text=Fovea&wat_fontsize=60'],
      'the bundled family and weight that are nearest',
    ),
    wat_fontsize: supported(
      'pixels',
      ['wat=1&wat_text=Fovea&wat_fontsize=60', 'wat=1&wat_text=Fovea'],
      'px, 24 when absent; `20max` shrinks to fit',
    ),
    'wat_color | wat_colour': supported(
      'pixels',
      ['wat=1&wat_text=Fovea&wat_fontsize=60&wat_color=f00', 'wat=1&wat_text=Fovea&wat_fontsize=60'],
      'white when absent',
    ),
    force_format: supported(
      'type',
      ['force_format=png'],
      'jpeg, jpg, png, webp, avif, gif, original; of several the first that `Accept` has',
    ),
    'force_format=webp': supported(
      'type',
      ['force_format=_webp'],
      'JPEG where that has fewer bytes at the same quality; not with `_webp`',
    ),
    q: supported('bytes', ['q=20'], '80 when absent; with `optipress` the most'),
    optipress: approximated('bytes', ['optipress=3'], '1, 2 and 3 are SSIMULACRA 2 scores of 85, 75 and 65'),
    force_download: supported('header', ['force_download=1']),
    doc_page: supported(
      'pixels',
      ['book.pdf?doc_page=2', 'book.pdf?'],
      'of a PDF; a page that is not there is a 422',
    ),
    process: ignored('its meaning is not published'),
    vh: ignored('has no effect on the picture'),
    ci_info: approximated('type', ['w=100&ci_info=1', 'w=100'], 'JSON of our own form'),
    ci_url_encoded: supported('status', [
      '/dir%2Fphoto%20two.jpg?ci_url_encoded=1',
      '/dir%252Fphoto%2520two.jpg?',
    ]),
    p: supported('size', ['p=thumb'], 'a preset of this dialect; what it says cannot be overridden'),
    ci_sign: supported(
      'status',
      ['w=100&ci_sign=000000000000000000', 'w=100'],
      'also for the text without the slash in front',
    ),
    'ci_seal | ci_eqs': supported(
      'status',
      ['ci_eqs=dz0xMDA&ci_seal=000000000000000000', 'w=100'],
      'base64 with either alphabet, padded or not',
    ),
  }),
}
