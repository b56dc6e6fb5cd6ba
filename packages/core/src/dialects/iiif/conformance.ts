/** Image API 3.0, part by part. Examples are what stands behind the identifier. */
import type { Conformance } from '../conformance.ts'

const plain = 'full/max/0/default.png'

export const conformance: Conformance = {
  title: 'IIIF Image API 3.0',
  about: `\`/iiif/3/{project}/{identifier}/{region}/{size}/{rotation}/{quality}.{format}\`, \`…/{identifier}/info.json\`, and
\`…/{identifier}\`, which answers 303 with the address of the description. The identifier is the path of an asset; its
slashes are written \`%2F\`. Without an extension it finds the asset with any. Level 2, and the parts of the table beyond it.

Parts run in the order of the address. Pictures are stills: of an animation the first frame. What is asked for wrongly
is answered with 400, an unknown identifier or another number of segments with 404. The query may hold \`exp\`, \`kid\` and
\`sig\`, our signature over everything behind the project, and nothing else.`,
  rows: [
    {
      parameter: 'region=full',
      status: 'supported',
      effect: 'size',
      example: { with: plain, without: '20,20,50,40/max/0/default.png' },
    },
    {
      parameter: 'region=square',
      status: 'supported',
      effect: 'size',
      note: 'The middle',
      example: { with: 'square/max/0/default.png', without: '20,20,50,40/max/0/default.png' },
    },
    {
      parameter: 'region=x,y,w,h',
      status: 'supported',
      effect: 'size',
      note: 'Clipped to the image; 400 outside it',
      example: { with: '20,20,50,40/max/0/default.png', without: plain },
    },
    {
      parameter: 'region=pct:x,y,w,h',
      status: 'supported',
      effect: 'size',
      note: 'Four decimals count',
      example: { with: 'pct:10,20,30.5,40/max/0/default.png', without: plain },
    },
    {
      parameter: 'size=max',
      status: 'supported',
      effect: 'size',
      note: 'Shrinks what passes the limits',
      example: { with: plain, without: 'full/50,/0/default.png' },
    },
    {
      parameter: 'size=w,',
      status: 'supported',
      effect: 'size',
      example: { with: 'full/50,/0/default.png', without: plain },
    },
    {
      parameter: 'size=,h',
      status: 'supported',
      effect: 'size',
      example: { with: 'full/,50/0/default.png', without: plain },
    },
    {
      parameter: 'size=pct:n',
      status: 'supported',
      effect: 'size',
      example: { with: 'full/pct:25/0/default.png', without: plain },
    },
    {
      parameter: 'size=w,h',
      status: 'supported',
      effect: 'size',
      example: { with: 'full/50,20/0/default.png', without: plain },
    },
    {
      parameter: 'size=!w,h',
      status: 'supported',
      effect: 'size',
      example: { with: 'full/!50,50/0/default.png', without: plain },
    },
    {
      parameter: 'size=^…',
      status: 'supported',
      effect: 'size',
      note: 'All of the above may grow; without it growing is 400',
      example: { with: 'full/%5Epct:150/0/default.png', without: plain },
    },
    {
      parameter: 'size=^max',
      status: 'approximated',
      effect: 'size',
      note: 'The same as `max`: info.json states limits only for a picture larger than them, and without a stated limit there is nothing to grow to',
      example: { with: '0,0,100,1/%5Emax/0/default.png', without: plain },
    },
    { parameter: 'size=full', status: 'refused', note: 'The word of version 2; 400, as the standard asks' },
    {
      parameter: 'rotation=n',
      status: 'supported',
      effect: 'pixels',
      note: 'Any angle from 0 to 360; corners are transparent, white in JPEG',
      example: { with: 'full/max/180/default.png', without: plain },
    },
    {
      parameter: 'rotation=!n',
      status: 'supported',
      effect: 'pixels',
      example: { with: 'full/max/!0/default.png', without: plain },
    },
    {
      parameter: 'quality=default',
      status: 'supported',
      effect: 'colourful',
      note: 'The same as color',
      example: { with: plain, without: 'full/max/0/gray.png' },
    },
    {
      parameter: 'quality=color',
      status: 'supported',
      effect: 'colourful',
      example: { with: 'full/max/0/color.png', without: 'full/max/0/gray.png' },
    },
    {
      parameter: 'quality=gray',
      status: 'supported',
      effect: 'pale',
      example: { with: 'full/max/0/gray.png', without: plain },
    },
    {
      parameter: 'quality=bitonal',
      status: 'supported',
      effect: 'pixels',
      example: { with: 'full/max/0/bitonal.png', without: plain },
    },
    {
      parameter: 'format=jpg',
      status: 'supported',
      effect: 'type',
      example: { with: 'full/max/0/default.jpg', without: plain },
    },
    {
      parameter: 'format=png',
      status: 'supported',
      effect: 'type',
      example: { with: plain, without: 'full/max/0/default.jpg' },
    },
    {
      parameter: 'format=webp',
      status: 'supported',
      effect: 'type',
      example: { with: 'full/max/0/default.webp', without: plain },
    },
    {
      parameter: 'format=gif',
      status: 'supported',
      effect: 'type',
      example: { with: 'full/max/0/default.gif', without: plain },
    },
    {
      parameter: 'format=tif',
      status: 'supported',
      effect: 'type',
      example: { with: 'full/max/0/default.tif', without: plain },
    },
    {
      parameter: 'format=jp2',
      status: 'supported',
      effect: 'type',
      example: { with: 'full/max/0/default.jp2', without: plain },
    },
    { parameter: 'format=pdf', status: 'refused', note: '501: this server writes no PDF' },
    {
      parameter: 'Accept: application/ld+json',
      status: 'supported',
      effect: 'type',
      note: 'Of the description',
      example: { with: 'info.json', without: plain },
    },
  ],
}
