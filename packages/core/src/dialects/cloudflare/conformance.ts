/** Cloudflare's transformations via URL. Examples are lists of options. */
import type { Conformance } from '../conformance.ts'

const plain = 'width=100,height=100'
const cover = 'width=100,height=100,fit=cover'

export const conformance: Conformance = {
  title: 'Cloudflare image transformations',
  about: `\`/cdn-cgi/image/{options}/{source}\` on a host of the project, or the same behind \`/cloudflare/{project}\`. The source is a
path of the project, or an address of the web, which the project's web proxy must allow. Options stand in any order
and act in this one: trim, flip, rotate, resize, tone, blur, sharpen, background. Of two of one name the later one counts.

Errors are a line of text (\`ERROR 9401: …\`) with its number in \`Cf-Resized\`; statuses are ours. The language has no
signature: a project that serves signed URLs alone does not answer it.`,
  // biome-ignore format: one row per option
  rows: [
    { parameter: 'width', aliases: ['w'], status: 'supported', effect: 'size', note: '`auto` takes `Sec-CH-Width` or `Width`', example: { with: 'width=100', without: 'quality=85' } },
    { parameter: 'height', aliases: ['h'], status: 'supported', effect: 'size', example: { with: 'height=100', without: 'quality=85' } },
    { parameter: 'dpr', status: 'supported', effect: 'size', example: { with: 'width=100,dpr=1.5', without: 'width=100' } },
    { parameter: 'fit=scale-down', status: 'supported', effect: 'size', example: { with: 'width=900,fit=scale-down', without: 'width=900' } },
    { parameter: 'fit=contain', status: 'supported', effect: 'size', example: { with: 'width=100,height=100,fit=contain', without: cover } },
    { parameter: 'fit=cover', status: 'supported', effect: 'size', example: { with: cover, without: plain } },
    { parameter: 'fit=crop', status: 'supported', effect: 'size', example: { with: 'width=100,height=100,fit=crop', without: plain } },
    { parameter: 'fit=pad', status: 'supported', effect: 'size', example: { with: 'width=100,height=100,fit=pad', without: plain } },
    { parameter: 'fit=squeeze', status: 'supported', effect: 'size', example: { with: 'width=100,height=100,fit=squeeze', without: plain } },
    { parameter: 'fit=aspect-crop', status: 'supported', effect: 'size', example: { with: 'width=900,height=900,fit=aspect-crop', without: 'width=900,height=900' } },
    { parameter: 'gravity=left', aliases: ['g'], status: 'supported', effect: 'pixels', note: 'Also right, top, bottom', example: { with: `${cover},gravity=left`, without: cover } },
    { parameter: 'gravity=XxY', status: 'supported', effect: 'pixels', example: { with: `${cover},gravity=0.9x0.5`, without: cover } },
    { parameter: 'gravity=auto', status: 'approximated', effect: 'pixels', note: 'By colour, skin tones and detail', example: { with: `${cover},gravity=auto`, without: `${cover},gravity=left` } },
    { parameter: 'gravity=face', status: 'approximated', effect: 'pixels', note: 'The same as auto: faces are not found yet', example: { with: `${cover},gravity=face`, without: `${cover},gravity=left` } },
    { parameter: 'zoom', status: 'refused', note: 'Needs faces' },
    { parameter: 'quality', aliases: ['q'], status: 'supported', effect: 'bytes', example: { with: 'format=jpeg,quality=30', without: 'format=jpeg' } },
    { parameter: 'quality=low', status: 'approximated', effect: 'bytes', note: 'high 90, medium-high 80, medium-low 65, low 50', example: { with: 'format=jpeg,quality=low', without: 'format=jpeg' } },
    { parameter: 'format=auto', aliases: ['f'], status: 'supported', effect: 'type', note: 'By what the client accepts and the picture shows', example: { with: 'format=auto', without: 'width=300' } },
    { parameter: 'format=avif', status: 'supported', effect: 'type', example: { with: 'format=avif', without: 'width=300' } },
    { parameter: 'format=webp', status: 'supported', effect: 'type', example: { with: 'format=webp', without: 'width=300' } },
    { parameter: 'format=jpeg', status: 'supported', effect: 'type', note: 'Progressive', example: { with: 'format=jpeg', without: 'width=300' } },
    { parameter: 'format=baseline-jpeg', status: 'supported', effect: 'bytes', example: { with: 'format=baseline-jpeg', without: 'format=jpeg' } },
    { parameter: 'format=json', status: 'supported', effect: 'type', note: 'Not beside trim=border', example: { with: 'format=json', without: 'width=300' } },
    { parameter: 'anim', status: 'supported', effect: 'bytes', example: { with: 'format=webp,anim=false', without: 'format=webp' } },
    { parameter: 'background', status: 'supported', effect: 'pixels', example: { with: 'width=100,height=100,fit=pad,background=%230000ff', without: 'width=100,height=100,fit=pad' } },
    { parameter: 'blur', status: 'approximated', effect: 'soft', note: 'Sigma in pixels', example: { with: 'blur=4', without: 'quality=85' } },
    { parameter: 'brightness', status: 'approximated', effect: 'brighter', note: 'Factor on lightness', example: { with: 'brightness=1.4', without: 'quality=85' } },
    { parameter: 'contrast', status: 'approximated', effect: 'pixels', note: 'Factor around middle grey, up to 25', example: { with: 'contrast=1.6', without: 'quality=85' } },
    { parameter: 'gamma', status: 'approximated', effect: 'brighter', note: 'Above 1 brightens', example: { with: 'gamma=1.8', without: 'quality=85' } },
    { parameter: 'saturation', status: 'approximated', effect: 'pale', note: 'Factor on chroma', example: { with: 'saturation=0', without: 'quality=85' } },
    { parameter: 'sharpen', status: 'approximated', effect: 'sharp', note: 'Slope at a radius of 1 px', example: { with: 'sharpen=5', without: 'quality=85' } },
    { parameter: 'rotate', status: 'supported', effect: 'size', example: { with: 'rotate=90', without: 'quality=85' } },
    { parameter: 'flip', status: 'supported', effect: 'pixels', note: 'h, v or hv; before rotate', example: { with: 'flip=h', without: 'quality=85' } },
    { parameter: 'trim=T;R;B;L', status: 'supported', effect: 'size', example: { with: 'trim=10;20;30;40', without: 'quality=85' } },
    { parameter: 'trim=border', status: 'approximated', effect: 'size', note: 'The border of the colour of the top left pixel', example: { with: 'trim=border', without: 'quality=85' } },
    { parameter: 'border', status: 'refused', note: 'Its parts have no spelling in a URL; `[object Object]`, which clients print, is left out' },
    { parameter: 'compression=fast', status: 'approximated', effect: 'type', note: 'format=auto chooses among JPEG, PNG and GIF', example: { with: 'format=auto,compression=fast', without: 'format=auto' } },
    { parameter: 'metadata=none', status: 'supported', effect: 'bytes', example: { with: 'metadata=none', without: 'quality=85' } },
    { parameter: 'metadata=copyright', status: 'supported', effect: 'bytes', note: 'The default', example: { with: 'metadata=copyright', without: 'metadata=none' } },
    { parameter: 'metadata=keep', status: 'ignored', note: 'The same as copyright: what nobody has signed for gives away no places' },
    { parameter: 'onerror=redirect', status: 'ignored', note: 'The original has no address here to lead to; an error is answered' },
    { parameter: 'segment=foreground', status: 'refused', note: 'Needs a model that this server does not have' },
  ],
}
