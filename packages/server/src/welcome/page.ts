/**
 * The page at `/`: what runs here, shown by its own pictures, and what to type next.
 *
 * One self-contained document without scripts, readable by keyboard, by screen reader, at 390 px and in the dark. It
 * holds no secret: the key and the password of a first start stay in `first-run.json`.
 */
import { createHash } from 'node:crypto'
import { splitExtension } from '@fovea/core'
import { iconLink, mark } from './mark.ts'
import { codeBlock, escapeHtml, picture, type Sample, variantPath } from './markup.ts'
import { style } from './style.ts'

export interface WelcomeOptions {
  /** Address people use, without a trailing slash; written into what can be copied. */
  readonly publicUrl: string
  /** Slug of the project whose pictures are shown. */
  readonly project: string
  readonly samples: readonly Sample[]
}

/** Headers the page is answered with: only its own style and this server's pictures are allowed. */
export const welcomeHeaders: Readonly<Record<string, string>> = Object.freeze({
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy':
    `default-src 'none'; img-src 'self'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; ` +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-cache',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
})

export function welcomePage(options: WelcomeOptions): string {
  const hero = heroOf(options.samples)
  const sections = hero === undefined ? [] : [recipes(options, hero), gallery(options)]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Fovea</title>
${iconLink}
<style>${style}</style>
</head>
<body>
<a class="skip" href="#start">Skip to the first steps</a>
<header>
<div class="brand">${mark}Fovea</div>
<h1>Put an image in once. Get every variant out of a URL.</h1>
<p class="lead">This server is running. It resizes, crops and converts pictures when they are asked for, keeps the results, and answers from memory the next time. Every picture below was made by the address printed with it.</p>
${hero === undefined ? '' : heroFigure(options, hero)}
</header>
<main>
${sections.join('\n')}
${firstSteps(options)}
</main>
${footer}
</body>
</html>
`
}

/** The widest picture. */
function heroOf(samples: readonly Sample[]): Sample | undefined {
  return [...samples].sort((a, b) => b.width / b.height - a.width / a.height)[0]
}

function heroFigure({ project, publicUrl }: WelcomeOptions, sample: Sample): string {
  const image = picture({
    project,
    sample,
    extension: 'avif',
    query: 'aspect=21:9&q=60',
    widths: [480, 800, 1200, 1800],
    sizes: '(max-width: 72rem) 94vw, 70rem',
    ratio: 21 / 9,
    isFirst: true,
  })
  const address = `${publicUrl}/${variantPath(project, sample.path, 'avif', 'w=1200&aspect=21:9&q=60')}`
  return `<figure class="hero">${image}<figcaption><code>${escapeHtml(address)}</code></figcaption></figure>`
}

interface Recipe {
  readonly title: string
  readonly extension: string
  readonly query: string
  readonly ratio: number
}

function recipes({ project }: WelcomeOptions, sample: Sample): string {
  const ratio = sample.width / sample.height
  const list: readonly Recipe[] = [
    {
      title: 'Square, cut where it is most interesting',
      extension: 'webp',
      query: 'aspect=1:1&crop=attention',
      ratio: 1,
    },
    { title: 'Black and white', extension: 'webp', query: 'aspect=1:1&grayscale=true', ratio: 1 },
    { title: 'Out of focus, for a placeholder', extension: 'webp', query: 'aspect=1:1&blur=12', ratio: 1 },
    { title: 'As JPEG at quality 40', extension: 'jpg', query: 'q=40', ratio },
  ]
  const cards = list.map((recipe) => card(project, sample, recipe))
  return `<h2>One picture, many addresses</h2>
<p>Change a number in the address and load it: there is nothing to configure first.</p>
<ul class="grid">${cards.join('')}</ul>`
}

function gallery({ project, samples }: WelcomeOptions): string {
  const cards = samples.map((sample) => {
    const { extension } = splitExtension(sample.path)
    const title = `${sample.path}, ${sample.width} × ${sample.height} px`
    const moves = extension.toLowerCase() === 'gif'
    return card(project, sample, {
      title: moves ? `${title}, still moving as WebP` : title,
      extension: 'webp',
      query: '',
      ratio: sample.width / sample.height,
    })
  })
  return `<h2>What is stored here</h2>
<p>The project <code>${escapeHtml(project)}</code> came with these originals. The extension of an address says the format: webp, avif, jpg, png or gif.</p>
<ul class="grid">${cards.join('')}</ul>`
}

function card(project: string, sample: Sample, { title, extension, query, ratio }: Recipe): string {
  const image = picture({
    project,
    sample,
    extension,
    ...(query === '' ? {} : { query }),
    widths: [320, 640],
    sizes: '(max-width: 36rem) 92vw, 17rem',
    ratio,
  })
  const width = Math.min(640, sample.width)
  const address = variantPath(project, sample.path, extension, `w=${width}${query === '' ? '' : `&${query}`}`)
  return (
    `<li class="card"><figure><a href="${escapeHtml(address)}">${image}</a>` +
    `<figcaption><h3>${escapeHtml(title)}</h3><code>/${escapeHtml(address)}</code></figcaption></figure></li>`
  )
}

function firstSteps({ publicUrl, project }: WelcomeOptions): string {
  const key = `KEY=$(sed -n 's/.*"apiKey": "\\(.*\\)".*/\\1/p' data/first-run.json)`
  const upload = `curl -H "Authorization: Bearer $KEY" -F file=@photo.jpg ${publicUrl}/api/v1/images`
  const address = `${publicUrl}/i/${project}/photo.avif?w=800&h=600&fit=cover`
  const tag = `<img src="${publicUrl}/i/${project}/photo.webp?w=800"
     srcset="${publicUrl}/i/${project}/photo.webp?w=400 400w,
             ${publicUrl}/i/${project}/photo.webp?w=800 800w"
     sizes="(max-width: 600px) 100vw, 800px" alt="">`
  return `<h2 id="start">Your own picture in three steps</h2>
<ol>
<li>Take the key that the first start printed. It also stands in <code>first-run.json</code> in the data directory.${codeBlock(key, 'Command that reads the key')}</li>
<li>Upload a picture.${codeBlock(upload, 'Command that uploads a picture')}</li>
<li>Open any variant of it.${codeBlock(address, 'Address of a variant')}</li>
</ol>
<p>In a page, let the browser choose the width:</p>
${codeBlock(tag, 'HTML with a srcset')}
<h2>What an address may say</h2>
<table><tbody>
${parameters.map(([name, text]) => `<tr><th scope="row"><code>${name}</code></th><td>${escapeHtml(text)}</td></tr>`).join('\n')}
</tbody></table>`
}

const parameters: readonly (readonly [string, string])[] = [
  ['w, h', 'Width and height in pixels; with one of them the other follows.'],
  ['fit', 'cover (cut to the box), contain (fit within), fill (stretch), scale-down (never larger).'],
  ['aspect', '1:1, 4:3, 3:2, 16:9 or 21:9, together with w.'],
  ['crop', 'What cover keeps: center, top-left, …, attention, entropy.'],
  ['q', 'Quality, 1–100.'],
  ['dpr', '1, 1.5, 2 or 3: multiplies w and h.'],
  ['grayscale, blur, sharpen', 'true, 0–100, 0–100.'],
  ['rotate, flip', '90, 180, 270 clockwise; h, v or both.'],
]

const footer = `<footer>
<ul>
<li><a href="health">Health</a></li>
<li><a href="readyz">Readiness</a></li>
<li><a href="metrics">Metrics</a></li>
</ul>
<p>Guides stand in <code>docs/guide</code> of the source. The sample pictures are computed and free of rights (CC0).</p>
</footer>`
