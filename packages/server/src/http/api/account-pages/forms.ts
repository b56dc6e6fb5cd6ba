/** Pieces of forms. Labels are real labels, hints and errors are tied to their field, browsers fill in what they know. */
import { escapeHtml } from '../../../welcome/index.ts'

interface Field {
  readonly name: string
  readonly label: string
  readonly type: 'email' | 'password' | 'text'
  readonly autocomplete: string
  readonly value?: string | undefined
  readonly hint?: string
  readonly minLength?: number
  readonly maxLength?: number
  /** What was typed here was refused. */
  readonly isWrong?: boolean
  /** Where typing starts. */
  readonly isFirst?: boolean
}

/** The length of a password, as auth.ts checks it. */
const passwordLength = { minLength: 10, maxLength: 128 } as const

/** A form that is sent to `action`; the hidden values travel with it. */
export function form(
  action: string,
  fields: readonly string[],
  submit: string,
  hidden: Readonly<Record<string, string | undefined>> = {},
): string {
  const kept = Object.entries(hidden).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [`<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`],
  )
  return `<form method="post" action="${escapeHtml(action)}">
${[...kept, ...fields].join('\n')}
<button${fields.length === 0 ? ' class="plain"' : ''}>${escapeHtml(submit)}</button>
</form>`
}

export function field({ name, label, type, value, hint, isWrong, isFirst, ...rest }: Field): string {
  const described = [...(hint === undefined ? [] : [`${name}-hint`]), ...(isWrong ? ['error'] : [])]
  const attributes = [
    `id="${name}" name="${name}" type="${type}" autocomplete="${rest.autocomplete}" required`,
    ...(value === undefined ? [] : [`value="${escapeHtml(value)}"`]),
    ...(rest.minLength === undefined ? [] : [`minlength="${rest.minLength}"`]),
    ...(rest.maxLength === undefined ? [] : [`maxlength="${rest.maxLength}"`]),
    ...(described.length === 0 ? [] : [`aria-describedby="${described.join(' ')}"`]),
    ...(isWrong ? ['aria-invalid="true"'] : []),
    ...(isFirst ? ['autofocus'] : []),
  ]
  const note = hint === undefined ? '' : `<span class="hint" id="${name}-hint">${escapeHtml(hint)}</span>`
  return `<div class="field"><label for="${name}">${escapeHtml(label)}</label><input ${attributes.join(' ')}>${note}</div>`
}

export function emailField(options: Pick<Field, 'value' | 'isWrong' | 'isFirst'>): string {
  return field({
    name: 'email',
    label: 'E-mail address',
    type: 'email',
    autocomplete: 'username',
    ...options,
  })
}

export function newPasswordField(options: Pick<Field, 'isWrong' | 'isFirst'>): string {
  const { minLength, maxLength } = passwordLength
  return field({
    ...{ name: 'password', label: 'New password', type: 'password', autocomplete: 'new-password' },
    hint: `${minLength} to ${maxLength} characters. A sentence that only you would say is a good one.`,
    ...passwordLength,
    ...options,
  })
}

export function checkbox(name: string, label: string, { isRequired = false } = {}): string {
  return `<div class="check"><input id="${name}" name="${name}" type="checkbox" value="yes"${isRequired ? ' required' : ''}><label for="${name}">${escapeHtml(label)}</label></div>`
}

export function paragraph(text: string): string {
  return `<p>${escapeHtml(text)}</p>`
}

export function button(label: string, href: string, kind?: 'plain'): string {
  const classes = kind === undefined ? 'button' : `button ${kind}`
  return `<p><a class="${classes}" href="${escapeHtml(href)}">${escapeHtml(label)}</a></p>`
}

/** Links below a form: text and where each leads. */
export function links(entries: readonly (readonly [text: string, href: string])[]): string {
  const all = entries.map(([text, href]) => `<a href="${escapeHtml(href)}">${escapeHtml(text)}</a>`)
  return `<nav class="links" aria-label="Other ways">${all.join('\n')}</nav>`
}
