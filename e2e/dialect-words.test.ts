/**
 * Words that several services use, and what each of them means by it: size and corners of what a 60 × 40 picture
 * becomes. Source of the meanings: the services' documentation, as the dialects cite it.
 */
import { createHmac } from 'node:crypto'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from './support.ts'

let server: RunningServer

beforeAll(async () => {
  server = await startServer()
  const quarter = (background: string, left: number, top: number) => ({
    input: { create: { width: 30, height: 20, channels: 3 as const, background } },
    left,
    top,
  })
  const picture = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#ffff00' } })
    .composite([quarter('#ff0000', 0, 0), quarter('#00ff00', 30, 0), quarter('#0000ff', 0, 20)])
    .png()
    .toBuffer()
  expect((await server.upload(picture, 'a.png', { target_path: 'a.png' })).status).toBe(201)
})
afterAll(() => server.stop())

function payload(edits: object): string {
  const text = Buffer.from(JSON.stringify({ key: 'a.png', edits, output: { format: 'png' } })).toString(
    'base64url',
  )
  return `${text}?sig=${createHmac('sha256', server.firstRun.signingSecret).update(text).digest('hex')}`
}

const forms = {
  'img-src': (words: string) => `/i/demo/a.png?${words}`,
  payload: (words: string) => `/t/demo/${payload(JSON.parse(words))}`,
  imgix: (words: string) => `/imgix/demo/a.png?fm=png&${words}`,
  cloudinary: (words: string) => `/cloudinary/demo/image/upload/${words}/f_png/a.png`,
  cloudflare: (words: string) => `/cloudflare/demo/cdn-cgi/image/${words}/a.png`,
  cloudimage: (words: string) => `/cloudimage/demo/a.png?force_format=png&${words}`,
  imagekit: (words: string) => `/imagekit/demo/tr:${words},f-png/a.png`,
  imgproxy: (words: string) => `/imgproxy/demo/_/${words}/plain/a.png`,
  iiif: (words: string) => `/iiif/3/demo/a.png/${words}.png`,
}

const letters: Readonly<Record<string, string>> = {
  '255,0,0,255': 'R',
  '0,255,0,255': 'G',
  '0,0,255,255': 'B',
  '255,255,0,255': 'Y',
  '255,255,255,255': 'white',
  '0,0,0,255': 'black',
}

/** `30x20 R G B Y`: the size, and the colours of the corners, upper ones first. */
async function seen(path: string): Promise<string> {
  const response = await fetch(server.url + path)
  const bytes = Buffer.from(await response.arrayBuffer())
  if (response.status !== 200) return `${response.status} ${bytes}`
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  const colour = (x: number, y: number) => {
    const at = (y * info.width + x) * 4
    const [r = 0, g = 0, b = 0, a = 0] = data.subarray(at, at + 4)
    return a === 0 ? 'clear' : (letters[`${r},${g},${b},${a}`] ?? `${r},${g},${b},${a}`)
  }
  const [right, bottom] = [info.width - 1, info.height - 1]
  return `${info.width}x${info.height} ${colour(0, 0)} ${colour(right, 0)} ${colour(0, bottom)} ${colour(right, bottom)}`
}

type Row = readonly [dialect: keyof typeof forms, words: string, becomes: string]
const rows: Readonly<Record<string, readonly Row[]>> = {
  cover: [
    ['img-src', 'w=90&h=90&fit=cover', '90x90 R G B Y'],
    ['cloudflare', 'width=90,height=90,fit=cover', '90x90 R G B Y'],
    ['payload', '{"resize":{"width":90,"height":90,"fit":"cover"}}', '40x40 R G B Y'],
    ['cloudimage', 'w=90&h=90&func=cover', '90x90 R G B Y'],
    ['cloudimage', 'w=20&h=40&func=cover', '20x40 R G B Y'],
  ],
  contain: [
    ['img-src', 'w=90&h=90&fit=contain', '90x60 R G B Y'],
    ['cloudflare', 'width=90,height=90,fit=contain', '90x60 R G B Y'],
    ['payload', '{"resize":{"width":30,"height":30,"fit":"contain"}}', '30x30 black black black black'],
  ],
  fill: [
    ['img-src', 'w=30&h=30&fit=fill', '30x30 R G B Y'],
    ['payload', '{"resize":{"width":30,"height":30,"fit":"fill"}}', '30x30 R G B Y'],
    ['imgix', 'w=30&h=30&fit=fill', '30x30 white white white white'],
    ['cloudinary', 'c_fill,w_20,h_40,g_west', '20x40 R R B B'],
    ['imgproxy', 'rs:fill:20:40/g:we', '20x40 R R B B'],
    ['imgproxy', 'rs:fill:90:30', '60x30 R G B Y'],
    ['imgproxy', 'rs:fill-down:90:90', '40x40 R G B Y'],
  ],
  crop: [
    ['img-src', 'w=20&h=40&crop=left', '20x40 R R B B'],
    ['imgix', 'w=90&h=90&fit=crop', '90x90 R G B Y'],
    ['cloudflare', 'width=90,height=90,fit=crop', '60x40 R G B Y'],
    ['cloudflare', 'width=90,height=90,fit=aspect-crop', '40x40 R G B Y'],
    ['cloudflare', 'width=30,height=30,fit=crop', '30x30 R G B Y'],
    ['cloudinary', 'c_crop,w_20,h_10,g_north_west', '20x10 R R R R'],
    ['imagekit', 'w-20,h-10,cm-extract,fo-top_left', '20x10 R R R R'],
    ['cloudimage', 'w=90&h=90&func=crop', '90x90 R G B Y'],
    ['cloudimage', 'w=20&h=40&func=crop&gravity=west', '20x40 R R B B'],
    ['imgproxy', 'c:20:10:nowe', '20x10 R R R R'],
  ],
  scale: [
    ['img-src', 'w=90&h=90&fit=scale-down', '60x40 R G B Y'],
    ['cloudflare', 'width=90,height=90,fit=scale-down', '60x40 R G B Y'],
    ['imgix', 'w=30&h=30&fit=scale', '30x30 R G B Y'],
    ['cloudinary', 'c_scale,w_90', '90x60 R G B Y'],
    ['cloudinary', 'c_scale,w_30,h_30', '30x30 R G B Y'],
  ],
  'fit, limit, max, clip, squeeze': [
    ['cloudinary', 'c_fit,w_90,h_90', '90x60 R G B Y'],
    ['cloudinary', 'c_limit,w_90,h_90', '60x40 R G B Y'],
    ['imgix', 'w=90&h=90&fit=clip', '90x60 R G B Y'],
    ['imgix', 'w=90&h=90&fit=max', '60x40 R G B Y'],
    ['imgix', 'w=90&h=90&fit=min', '40x40 R G B Y'],
    ['cloudflare', 'width=30,height=30,fit=squeeze', '30x30 R G B Y'],
    ['iiif', 'full/30,30/0/default', '30x30 R G B Y'],
    ['iiif', 'full/!30,30/0/default', '30x20 R G B Y'],
    ['iiif', 'full/^!90,90/0/default', '90x60 R G B Y'],
    ['imgproxy', 'rs:fit:90:90', '60x40 R G B Y'],
    ['imgproxy', 'rs:fit:90:90:1', '90x60 R G B Y'],
    ['imgproxy', 'rs:force:30:30', '30x30 R G B Y'],
    ['imagekit', 'w-90,h-90,c-at_max', '60x40 R G B Y'],
    ['imagekit', 'w-90,h-90,c-at_max_enlarge', '90x60 R G B Y'],
    ['imagekit', 'w-30,h-30,c-at_least', '45x30 R G B Y'],
    ['imagekit', 'w-30,h-30,c-force', '30x30 R G B Y'],
    ['imagekit', 'w-30,h-30,c-maintain_ratio', '30x30 R G B Y'],
    ['cloudimage', 'w=30&h=30&func=fit', '30x30 white white white white'],
    ['cloudimage', 'w=60&h=60&func=fit&fit_enlarge=1', '60x60 white white white white'],
    ['cloudimage', 'w=90&h=90&func=bound', '90x60 R G B Y'],
    ['cloudimage', 'w=30&h=30&func=boundmin', '45x30 R G B Y'],
  ],
  pad: [
    ['cloudflare', 'width=30,height=30,fit=pad', '30x30 white white white white'],
    ['cloudinary', 'c_pad,w_30,h_30', '30x30 clear clear clear clear'],
    ['cloudinary', 'c_lpad,w_90,h_90,b_black', '90x90 black black black black'],
    ['imgix', 'pad=5', '70x50 white white white white'],
    ['imgix', 'w=60&pad=5', '60x43 white white white white'],
    ['imagekit', 'w-30,h-30,cm-pad_resize', '30x30 clear clear clear clear'],
    ['imgproxy', 'pd:5', '70x50 clear clear clear clear'],
    ['imgproxy', 'rs:fit:30:30/ex:1/bg:ffffff', '30x30 white white white white'],
  ],
  'flip, mirror': [
    ['img-src', 'flip=h', '60x40 G R Y B'],
    ['img-src', 'flip=v', '60x40 B Y R G'],
    ['imgix', 'flip=h', '60x40 G R Y B'],
    ['cloudflare', 'flip=h', '60x40 G R Y B'],
    ['cloudinary', 'a_hflip', '60x40 G R Y B'],
    ['payload', '{"flip":true}', '60x40 B Y R G'],
    ['payload', '{"flop":true}', '60x40 G R Y B'],
    ['iiif', 'full/max/!0/default', '60x40 G R Y B'],
    ['imagekit', 'fl-h', '60x40 G R Y B'],
    ['cloudimage', 'flip=h', '60x40 G R Y B'],
    ['imgproxy', 'fl:1:0', '60x40 G R Y B'],
  ],
  rotate: [
    ['img-src', 'rotate=90', '40x60 B R Y G'],
    ['payload', '{"rotate":{"angle":90}}', '40x60 B R Y G'],
    ['imgix', 'rot=90', '40x60 B R Y G'],
    ['cloudflare', 'rotate=90', '40x60 B R Y G'],
    ['cloudinary', 'a_90', '40x60 B R Y G'],
    ['iiif', 'full/max/90/default', '40x60 B R Y G'],
    ['imagekit', 'rt-90', '40x60 B R Y G'],
    ['cloudimage', 'r=90', '40x60 G Y R B'],
    ['imgproxy', 'rot:90', '40x60 B R Y G'],
  ],
}

describe.each(Object.entries(rows))('%s', (_, meanings) => {
  it.each(meanings)('%s: %s', async (dialect, words, becomes) => {
    expect(await seen(forms[dialect](words))).toBe(becomes)
  })
})
