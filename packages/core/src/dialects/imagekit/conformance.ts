/** ImageKit's parameters, one row each; examples are transformations. */
import { approximated, type Conformance, ignored, refused, rowsOf, supported } from '../conformance.ts'

export const conformance: Conformance = {
  title: 'ImageKit',
  about: `\`/imagekit/{project}/[tr:{step}:{step}…/]{path}\` or \`/imagekit/{project}/{path}?tr={step}:{step}…\`: put your
host, \`/imagekit\` and the project where \`https://ik.imagekit.io/{id}\` stood. An absolute address in the place of the path
is fetched by the web proxy of the project.

Steps act in the order written, parameters within a step in this one: named transformation, trim, resizing, effects,
opacity, mirroring, corners and border, rotation, background, layers. Whatever is not in this table, has no effect where
it stands or is out of range is a 400 that names it. Scales of effects: [adjustments](../adjustments.md).

\`ik-s\` and \`ik-t\` are checked with the project’s signing secret as private key: a wrong or expired one is a 401.
\`ik-attachment=true\` makes the answer a download.`,
  rows: rowsOf({
    w: supported(
      'size',
      ['w-60'],
      'pixels, a share below 1, `iw_div_2`, `cw_mul_0.5`, `auto` by client hints',
    ),
    h: supported('size', ['h-50'], 'as `w`'),
    'w-iw_sub_… | add | mod | pow | iar': refused('only `mul` and `div` of the same side are computed'),
    ar: supported('size', ['ar-1-1,w-60', 'w-60'], 'beside one of `w` and `h`'),
    'c-maintain_ratio': supported(
      'pixels',
      ['c-maintain_ratio,w-60,h-60', 'c-force,w-60,h-60'],
      'the default',
    ),
    'c-force': supported('size', ['c-force,w-60,h-60', 'w-60']),
    'c-at_max': supported('size', ['c-at_max,w-600,h-600', 'w-600,h-600'], 'never enlarges'),
    'c-at_max_enlarge': supported('size', ['c-at_max_enlarge,w-600,h-600', 'c-at_max,w-600,h-600']),
    'c-at_least': supported('size', ['c-at_least,w-60,h-60', 'w-60,h-60']),
    'cm-pad_resize': supported('pixels', ['cm-pad_resize,w-60,h-60,bg-F3F3F3', 'w-60,h-60']),
    'cm-extract': supported('size', ['cm-extract,w-50,h-40']),
    'cm-pad_extract': supported('size', ['cm-pad_extract,w-400,h-100,bg-FF0000', 'cm-extract,w-400,h-100']),
    fo: supported(
      'pixels',
      ['w-60,h-60,fo-left', 'w-60,h-60'],
      'nine places; with `cm-pad_resize` where the image lies',
    ),
    'fo-auto': supported(
      'pixels',
      ['w-60,h-120,fo-auto', 'w-60,h-120,fo-left'],
      'what draws the eye; nothing where nothing is cut',
    ),
    'fo-face': supported(
      'pixels',
      ['w-60,h-120,fo-face', 'w-60,h-120,fo-left'],
      'all faces that fit, else the largest; what draws the eye where there are none',
    ),
    'fo-{object}': approximated(
      'pixels',
      ['w-60,h-120,fo-dog', 'w-60,h-120,fo-left'],
      'things and groups of COCO, `fo-diningTable`: all of them that fit, what draws the eye where there are none',
    ),
    'fo-custom': refused(
      'nothing stores coordinates: the picture’s focal point counts where nothing is said',
    ),
    x: supported(
      'pixels',
      ['cm-extract,w-50,h-40,x-200', 'cm-extract,w-50,h-40,x-0'],
      'with `cm-extract` and `cm-pad_extract`',
    ),
    y: supported('pixels', ['cm-extract,w-50,h-40,y-150', 'cm-extract,w-50,h-40,y-0']),
    'xc | yc': supported(
      'pixels',
      ['cm-extract,w-50,h-40,xc-250,yc-50', 'cm-extract,w-50,h-40'],
      'beside `yc`',
    ),
    z: approximated(
      'pixels',
      ['w-60,h-60,z-2', 'w-60,h-60'],
      'from 1 on, around what `fo` says; with `w` and `h` in pixels',
    ),
    dpr: supported('size', ['w-60,dpr-2', 'w-60'], '0.1 to 5, or `auto` by client hints'),
    t: approximated(
      'size',
      ['w-100,h-50,b-5_FF0000:t-20', 'w-100,h-50,b-5_FF0000'],
      'the tolerance is in percent of the full range',
    ),
    'e-contrast': approximated('pixels', ['e-contrast'], '[scale](../adjustments.md)'),
    'e-sharpen': approximated('sharp', ['e-sharpen-20'], '[scale](../adjustments.md); 10 when absent'),
    'e-usm': approximated('sharp', ['e-usm-2-2-0.8-0.024'], 'the radius follows from sigma'),
    'e-grayscale': supported('pale', ['e-grayscale']),
    'bl | blur': approximated('soft', ['bl-5'], 'sigma in pixels; `blur` is what unpic writes'),
    'e-gradient': approximated(
      'pixels',
      ['e-gradient-ld-top_from-green_to-00FF0010'],
      'over the whole picture: `sp` other than 1 is refused',
    ),
    'e-colorize': approximated('pixels', ['e-colorize-co-blue_in-50'], 'red and 35 when absent'),
    'e-shadow': refused('no shadows in the shape of the picture'),
    'e-distort': refused('nothing is bent'),
    cr: refused('no colour is replaced by another'),
    'e-bgremove | e-removedotbg': supported('cut-out', ['f-png,e-bgremove', 'f-png'], '501 without a model'),
    'e-upscale': approximated(
      'size',
      ['e-upscale'],
      'four times as wide and high, before the step’s resizing; a picture that would take longer than a request has (500×500 px in the usual 20 s) is a 422; without a model it is interpolated, and `X-Fovea-Degraded` says so',
    ),
    'e-retouch': refused('no model here mends pictures'),
    'e-changebg | e-edit | e-dropshadow | e-genvar | bg-genfill': refused('no model here invents pictures'),
    o: supported('transparent', ['f-png,o-40', 'f-png']),
    fl: supported('pixels', ['fl-h'], '`h`, `v`, `h_v`'),
    r: supported('transparent', ['f-png,r-20', 'f-png'], 'pixels or `max`, for each corner: `10_20_30_40`'),
    b: supported('size', ['b-10_FF0000']),
    rt: supported('size', ['rt-90'], 'clockwise, `N` for minus'),
    'rt-auto': ignored('the EXIF orientation is always applied'),
    bg: supported(
      'pixels',
      ['f-jpg,r-max,bg-FF0000', 'f-jpg,r-max'],
      'a name, `FF0000`, `FF000050` with percent of opacity, `dominant`',
    ),
    'bg-blurred': approximated(
      'pixels',
      ['cm-pad_resize,w-60,h-60,bg-blurred_9', 'cm-pad_resize,w-60,h-60'],
      'sigma in pixels; no brightness',
    ),
    'bg-gradient': refused('a colour, or the image’s own'),
    f: supported(
      'type',
      ['f-png', 'f-webp'],
      '`auto` is the default and goes by `Accept`; `orig` by what the picture is, among JPEG, PNG and GIF',
    ),
    q: supported('bytes', ['f-jpg,q-10', 'f-jpg'], '1 to 100; 80, or the project’s, when absent'),
    pr: supported('bytes', ['f-jpg,pr-true', 'f-jpg']),
    lo: supported(
      'bytes',
      ['f-webp,lo-true', 'f-webp'],
      'without `f` WebP where the client takes it, else PNG',
    ),
    md: approximated('bytes', ['f-jpg,md-true', 'f-jpg'], 'artist and copyright; everything in signed URLs'),
    cp: approximated('bytes', ['f-png,cp-true', 'f-png'], 'a wide profile becomes Display P3'),
    orig: supported('bytes', ['orig-true'], 'alone; the stored file as it is'),
    n: supported(
      'size',
      ['n-thumb'],
      'a preset of the project in this dialect, `{ "transformation": "w-200,h-200:rt-90" }`: its steps stand where its name stands, before what else the step says',
    ),
    'l-image': supported(
      'pixels',
      ['l-image,i-logo.png,l-end'],
      'in the centre unless told otherwise; `i-folder@@logo.png`, or base64 of a path or an address in `ie`',
    ),
    'l-image: w, h, c': supported(
      'pixels',
      ['l-image,i-logo.png,w-80,h-80,c-force,l-end', 'l-image,i-logo.png,w-80,l-end'],
      'pixels, or of the image: `bw_mul_0.2`, `bh_div_4`',
    ),
    'l-image: o': supported('pixels', ['l-image,i-logo.png,o-30,l-end', 'l-image,i-logo.png,l-end']),
    'l-image: rt': supported('pixels', ['l-image,i-logo.png,rt-N45,l-end', 'l-image,i-logo.png,l-end']),
    'l-image: lx, ly': supported(
      'pixels',
      ['l-image,i-logo.png,lx-10,ly-N5,l-end', 'l-image,i-logo.png,l-end'],
      'pixels, `bw_mul_0.4`; `bw_sub_cw` is the far side',
    ),
    'l-image: lfo': supported('pixels', [
      'l-image,i-logo.png,lfo-top_left,l-end',
      'l-image,i-logo.png,l-end',
    ]),
    'l-image: lm': supported(
      'pixels',
      ['l-image,i-logo.png,lm-multiply,l-end', 'l-image,i-logo.png,l-end'],
      '`multiply`',
    ),
    'l-image: others | lxc | lyc | lap | i-ik_canvas': refused(
      'layers take no steps and no other parameters; prepare the picture',
    ),
    'l-text': supported('pixels', ['l-text,i-Hello,l-end'], 'black, 24 px, one line; `ie` takes base64'),
    'l-text: fs': supported(
      'pixels',
      ['l-text,i-Hello,fs-60,l-end', 'l-text,i-Hello,l-end'],
      'pixels or `bw_mul_0.1`',
    ),
    'l-text: co': supported('pixels', ['l-text,i-Hello,co-FF0000,fs-60,l-end', 'l-text,i-Hello,fs-60,l-end']),
    'l-text: ff': approximated(
      'pixels',
      ['l-text,i-Hello,fs-60,ff-Courier,l-end', 'l-text,i-Hello,fs-60,l-end'],
      'the nearest of the bundled families',
    ),
    'l-text: tg': supported(
      'pixels',
      ['l-text,i-Hello,fs-60,tg-b_i,l-end', 'l-text,i-Hello,fs-60,l-end'],
      '`b`, `i`, `b_i`',
    ),
    'l-text: w, ia': supported('pixels', [
      'l-text,i-a%20bbbbbbbb,fs-40,w-200,ia-right,l-end',
      'l-text,i-a%20bbbbbbbb,fs-40,w-200,l-end',
    ]),
    'l-text: bg, pa, r': supported(
      'pixels',
      ['l-text,i-Hello,bg-FF0000,pa-20,r-10,l-end', 'l-text,i-Hello,l-end'],
      'one padding for all sides',
    ),
    'l-text: al': supported('pixels', ['l-text,i-Hello,fs-60,al-2,l-end', 'l-text,i-Hello,fs-60,l-end']),
    'l-text: rt': supported('pixels', ['l-text,i-Hello,fs-60,rt-45,l-end', 'l-text,i-Hello,fs-60,l-end']),
    'l-text: lh': supported(
      'pixels',
      ['l-text,i-a%20b,fs-40,w-20,lh-80,l-end', 'l-text,i-a%20b,fs-40,w-20,l-end'],
      'pixels',
    ),
    'l-text: lx, ly, lfo': supported('pixels', [
      'l-text,i-Hello,fs-60,lfo-bottom,l-end',
      'l-text,i-Hello,fs-60,l-end',
    ]),
    'l-video | l-subtitle | so | eo | du | sr | vc | ac': refused('films'),
    'oi | ot': refused('the old form of overlays: write `l-image` or `l-text`'),
    di: refused('set a fallback at the origin'),
    pg: approximated(
      'pixels',
      ['tr:pg-2/dir/book.pdf', 'dir/book.pdf'],
      'a page of a PDF; ranges, and layers of a PSD, are refused',
    ),
    'if | $variables': refused('no conditions'),
    'ik-sdk-version': ignored('says which SDK made the URL'),
    'other query parameters': ignored(
      'belong to the picture: an origin’s `keyQuery` says which tell pictures apart',
    ),
  }),
}
