/** Cloudflare's transformations via URL. Examples are lists of options. */
import { approximated, type Conformance, ignored, refused, rowsOf, supported } from '../conformance.ts'

const plain = 'width=100,height=100'
const cover = 'width=100,height=100,fit=cover'

export const conformance: Conformance = {
  title: 'Cloudflare image transformations',
  about: `\`/cdn-cgi/image/{options}/{source}\` on a host of the project, or the same behind \`/cloudflare/{project}\`. The source is a
path of the project, or an address of the web, which the project's web proxy must allow. Options stand in any order
and act in this one: trim, flip, rotate, resize, tone, blur, sharpen, background. Of two of one name the later one counts.

\`/{account}/{image}/{variant}\`, also behind \`/cdn-cgi/imagedelivery\`, is the form of Cloudflare's image store: any account, the path of
an image with or without its extension, and the name of a preset of this dialect or options. Presets have the options
as parameters: \`{ "width": 400, "fit": "cover" }\`. Without a format it is as with \`format=auto\`.

Errors are a line of text (\`ERROR 9401: …\`) with its number in \`Cf-Resized\`; statuses are ours. URLs of the store may be
signed, \`?exp=…&sig=…\`, the others not: of a project that serves signed URLs alone they get nothing.`,
  rows: rowsOf({
    'width | w': supported('size', ['width=100', 'quality=85'], '`auto` takes `Sec-CH-Width` or `Width`'),
    'height | h': supported('size', ['height=100', 'quality=85']),
    dpr: supported('size', ['width=100,dpr=1.5', 'width=100']),
    'fit=scale-down': supported('size', ['width=900,fit=scale-down', 'width=900']),
    'fit=contain': supported('size', ['width=100,height=100,fit=contain', cover]),
    'fit=cover': supported('size', [cover, plain]),
    'fit=crop': supported('size', ['width=100,height=100,fit=crop', plain]),
    'fit=pad': supported('size', ['width=100,height=100,fit=pad', plain]),
    'fit=squeeze': supported('size', ['width=100,height=100,fit=squeeze', plain]),
    'fit=aspect-crop': supported('size', ['width=900,height=900,fit=aspect-crop', 'width=900,height=900']),
    'gravity=left | g': supported('pixels', [`${cover},gravity=left`, cover], 'Also right, top, bottom'),
    'gravity=XxY': supported('pixels', [`${cover},gravity=0.9x0.5`, cover]),
    'gravity=auto': approximated(
      'pixels',
      [`${cover},gravity=auto`, `${cover},gravity=left`],
      'By colour, skin tones and detail',
    ),
    'gravity=face': supported(
      'pixels',
      [`${cover},gravity=face`, `${cover},gravity=left`],
      'All faces that fit, else the largest; the same as auto where there are none',
    ),
    'zoom | face-zoom': supported(
      'faces',
      [`${cover},gravity=face,zoom=0.5`, `${cover},gravity=face`],
      'Beside gravity=face and fit=cover with both sides, else 400; the largest cut at 0, the one just around the faces at 1',
    ),
    'quality | q': supported('bytes', ['format=jpeg,quality=30', 'format=jpeg']),
    'quality=low': approximated(
      'bytes',
      ['format=jpeg,quality=low', 'format=jpeg'],
      'high 90, medium-high 80, medium-low 65, low 50',
    ),
    'format=auto | f': supported(
      'type',
      ['format=auto', 'width=300'],
      'By what the client accepts and the picture shows',
    ),
    'format=avif': supported('type', ['format=avif', 'width=300']),
    'format=webp': supported('type', ['format=webp', 'width=300']),
    'format=jpeg': supported('type', ['format=jpeg', 'width=300'], 'Progressive'),
    'format=baseline-jpeg': supported('bytes', ['format=baseline-jpeg', 'format=jpeg']),
    'format=json': supported('type', ['format=json', 'width=300'], 'Not beside trim=border'),
    anim: supported('bytes', ['format=webp,anim=false', 'format=webp']),
    background: supported('pixels', [
      'width=100,height=100,fit=pad,background=%230000ff',
      'width=100,height=100,fit=pad',
    ]),
    blur: approximated('soft', ['blur=4', 'quality=85'], 'Sigma in pixels'),
    brightness: approximated('brighter', ['brightness=1.4', 'quality=85'], 'Factor on lightness'),
    contrast: approximated('pixels', ['contrast=1.6', 'quality=85'], 'Factor around middle grey, up to 25'),
    gamma: approximated('brighter', ['gamma=1.8', 'quality=85'], 'Above 1 brightens'),
    saturation: approximated('pale', ['saturation=0', 'quality=85'], 'Factor on chroma'),
    sharpen: approximated('sharp', ['sharpen=5', 'quality=85'], 'Slope at a radius of 1 px'),
    rotate: supported('size', ['rotate=90', 'quality=85']),
    flip: supported('pixels', ['flip=h', 'quality=85'], 'h, v or hv; before rotate'),
    'trim=T;R;B;L': supported('size', ['trim=10;20;30;40', 'quality=85']),
    'trim=border': approximated(
      'size',
      ['trim=border', 'quality=85'],
      'The border of the colour of the top left pixel',
    ),
    border: refused(
      'Its parts have no spelling in a URL; `[object Object]`, which clients print, is left out',
    ),
    'compression=fast': approximated(
      'type',
      ['format=auto,compression=fast', 'format=auto'],
      'format=auto chooses among JPEG, PNG and GIF',
    ),
    'metadata=none': supported('bytes', ['metadata=none', 'quality=85']),
    'metadata=copyright': supported('bytes', ['metadata=copyright', 'metadata=none'], 'The default'),
    'metadata=keep': ignored('The same as copyright: what nobody has signed for gives away no places'),
    'onerror=redirect': ignored('The original has no address here to lead to; an error is answered'),
    'segment=foreground': supported(
      'cut-out',
      ['segment=foreground', 'quality=85'],
      'On `background` where there is one; what has no transparency, as JPEG, puts white behind it. 501 without a model',
    ),
  }),
}
