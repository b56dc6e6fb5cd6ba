/** HTML pieces of the welcome page. Every text goes through `escapeHtml`; nothing else makes markup. */
import { encodeAssetPath, splitExtension } from '@fovea/core'

/** A stored picture: path inside the project and size in pixels. */
export interface Sample {
  readonly path: string
  readonly width: number
  readonly height: number
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text made safe for element content and for quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character)
}

/** `i/demo/landscape.webp?w=800`: relative, so that it works behind whatever prefix a proxy adds. */
export function variantPath(project: string, path: string, extension: string, query: string): string {
  const stem = encodeAssetPath(splitExtension(path).stem)
  return `i/${encodeURIComponent(project)}/${stem}.${extension}${query === '' ? '' : `?${query}`}`
}

export interface PictureOptions {
  readonly project: string
  readonly sample: Sample
  readonly extension: string
  /** Parameters beside the width, without `?`: `aspect=16:9&q=70`. */
  readonly query?: string
  /** Widths that the browser may choose from; none above the source's. */
  readonly widths: readonly number[]
  readonly sizes: string
  /** Width divided by height of the result. */
  readonly ratio: number
  readonly isFirst?: boolean
}

/** An `<img>` with a `srcset`, its final proportions, and lazy loading unless it is the first thing seen. */
export function picture({
  project,
  sample,
  extension,
  query,
  widths,
  sizes,
  ratio,
  isFirst,
}: PictureOptions): string {
  const usable = widths.filter((width) => width <= sample.width)
  const offered = usable.length > 0 ? usable : [sample.width]
  const url = (width: number) =>
    variantPath(
      project,
      sample.path,
      extension,
      [`w=${width}`, query].filter((part) => part !== undefined).join('&'),
    )
  const middle = offered[Math.floor(offered.length / 2)] ?? sample.width
  const srcset = offered.map((width) => `${url(width)} ${width}w`).join(', ')
  const loading = isFirst === true ? 'fetchpriority="high"' : 'loading="lazy" decoding="async"'
  return (
    `<img src="${escapeHtml(url(middle))}" srcset="${escapeHtml(srcset)}" sizes="${escapeHtml(sizes)}" ` +
    `width="${middle}" height="${Math.round(middle / ratio)}" alt="${escapeHtml(describe(sample.path))}" ${loading}>`
  )
}

/** What a blind reader should know of the pictures a first start brings; a file's own name for all others. */
function describe(path: string): string {
  const { stem } = splitExtension(path)
  return descriptions.get(stem) ?? stem.slice(stem.lastIndexOf('/') + 1).replaceAll(/[-_]+/g, ' ')
}

const descriptions: ReadonlyMap<string, string> = new Map([
  ['landscape', 'Sunrise between snowy peaks, mirrored in a still lake'],
  ['product', 'A turquoise glazed mug of coffee on a white ground'],
  ['poster', 'A poster: a large eye made of a red and a blue circle above the word Fovea'],
  ['blink', 'A drawn eye that looks around and blinks'],
])

/** Address and explanation of one thing that can be typed. */
export function codeBlock(text: string, label: string): string {
  return `<pre tabindex="0" role="region" aria-label="${escapeHtml(label)}"><code>${escapeHtml(text)}</code></pre>`
}
