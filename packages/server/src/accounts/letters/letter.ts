/** The one form of our letters: a few sentences, a link, as text and as HTML that any mail program shows. */
import type { Mail } from '../../mail/index.ts'

export interface Letter {
  readonly to: string
  readonly subject: string
  /** Sentences; one paragraph each. */
  readonly paragraphs: readonly string[]
  readonly action?: { readonly label: string; readonly url: string }
  /** Last, in small print. */
  readonly footnote: string
}

export function letter({ to, subject, paragraphs, action, footnote }: Letter): Mail {
  const text = [...paragraphs, ...(action === undefined ? [] : [action.url]), `-- \n${footnote}`].join('\n\n')
  const body = [
    ...paragraphs.map((sentence) => `<p>${escaped(sentence)}</p>`),
    ...(action === undefined ? [] : [button(action)]),
    `<p style="color:#667085;font-size:13px">${escaped(footnote)}</p>`,
  ]
  return { to, subject, text: `${text}\n`, html: page(body.join('\n')) }
}

function button({ label, url }: NonNullable<Letter['action']>): string {
  const href = escaped(url)
  return [
    `<p><a href="${href}" style="display:inline-block;padding:12px 20px;border-radius:6px;background:#1f6f8b;color:#ffffff;text-decoration:none">${escaped(label)}</a></p>`,
    `<p style="font-size:13px;word-break:break-all">${href}</p>`,
  ].join('\n')
}

function page(body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1d2939;background:#ffffff">
<div style="max-width:560px">
${body}
</div></body></html>
`
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** A name that somebody chose is text, never markup. */
function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character)
}
