/** Image API 3.0, part by part. Examples are what stands behind the identifier. */
import { approximated, type Conformance, refused, rowsOf, supported } from '../conformance.ts'

const plain = 'full/max/0/default.png'

export const conformance: Conformance = {
  title: 'IIIF Image API 3.0',
  about: `\`/iiif/3/{project}/{identifier}/{region}/{size}/{rotation}/{quality}.{format}\`, \`…/{identifier}/info.json\`, and
\`…/{identifier}\`, which answers 303 with the address of the description. The identifier is the path of an asset; its
slashes are written \`%2F\`. Without an extension it finds the asset with any. Level 2, and the parts of the table beyond it.

Parts run in the order of the address. Pictures are stills: of an animation the first frame. What is asked for wrongly
is answered with 400, an unknown identifier or another number of segments with 404. The query may hold \`exp\`, \`kid\` and
\`sig\`, our signature over everything behind the project, and nothing else.`,
  rows: rowsOf({
    'region=full': supported('size', [plain, '20,20,50,40/max/0/default.png']),
    'region=square': supported(
      'size',
      ['square/max/0/default.png', '20,20,50,40/max/0/default.png'],
      'The middle',
    ),
    'region=x,y,w,h': supported(
      'size',
      ['20,20,50,40/max/0/default.png', plain],
      'Clipped to the image; 400 outside it',
    ),
    'region=pct:x,y,w,h': supported(
      'size',
      ['pct:10,20,30.5,40/max/0/default.png', plain],
      'Four decimals count',
    ),
    'size=max': supported('size', [plain, 'full/50,/0/default.png'], 'Shrinks what passes the limits'),
    'size=w,': supported('size', ['full/50,/0/default.png', plain]),
    'size=,h': supported('size', ['full/,50/0/default.png', plain]),
    'size=pct:n': supported('size', ['full/pct:25/0/default.png', plain]),
    'size=w,h': supported('size', ['full/50,20/0/default.png', plain]),
    'size=!w,h': supported('size', ['full/!50,50/0/default.png', plain]),
    'size=^…': supported(
      'size',
      ['full/%5Epct:150/0/default.png', plain],
      'All of the above may grow; without it growing is 400',
    ),
    'size=^max': approximated(
      'size',
      ['0,0,100,1/%5Emax/0/default.png', plain],
      'The same as `max`: info.json states limits only for a picture larger than them, and without a stated limit there is nothing to grow to',
    ),
    'size=full': refused('The word of version 2; 400, as the standard asks'),
    'rotation=n': supported(
      'pixels',
      ['full/max/180/default.png', plain],
      'Any angle from 0 to 360; corners are transparent, white in JPEG',
    ),
    'rotation=!n': supported('pixels', ['full/max/!0/default.png', plain]),
    'quality=default': supported('colourful', [plain, 'full/max/0/gray.png'], 'The same as color'),
    'quality=color': supported('colourful', ['full/max/0/color.png', 'full/max/0/gray.png']),
    'quality=gray': supported('pale', ['full/max/0/gray.png', plain]),
    'quality=bitonal': supported('pixels', ['full/max/0/bitonal.png', plain]),
    'format=jpg': supported('type', ['full/max/0/default.jpg', plain]),
    'format=png': supported('type', [plain, 'full/max/0/default.jpg']),
    'format=webp': supported('type', ['full/max/0/default.webp', plain]),
    'format=gif': supported('type', ['full/max/0/default.gif', plain]),
    'format=tif': supported('type', ['full/max/0/default.tif', plain]),
    'format=jp2': supported('type', ['full/max/0/default.jp2', plain]),
    'format=pdf': refused('501: this server writes no PDF'),
    'Accept: application/ld+json': supported('type', ['info.json', plain], 'Of the description'),
  }),
}
