/** Style sheet of the account pages. Inlined, so that a page is one response; allowed by its hash. */
import { palette } from '../../../welcome/index.ts'

export const style = `
${palette}
:root{--bad:#a1190d;--bad-paper:#fdecea}
@media (prefers-color-scheme:dark){:root{--bad:#ff9d8f;--bad-paper:#35171a}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;min-height:100dvh;display:grid;grid-template-rows:auto 1fr;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
header,main{width:100%;max-width:26rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2rem}
header a{display:inline-flex;align-items:center;gap:.6rem;color:inherit;font-weight:700;font-size:1.15rem;text-decoration:none}
header svg{width:2.25rem;height:2.25rem;flex:none}
main{padding-bottom:4rem}
h1{font-size:1.75rem;line-height:1.2;letter-spacing:-.01em;margin:1.75rem 0 .75rem;text-wrap:balance}
p{margin:.5rem 0 1rem;overflow-wrap:anywhere}
form{display:grid;gap:1rem;margin:1.25rem 0}
form+form{margin-top:2rem}
.field{display:grid;gap:.3rem}
label{font-weight:600}
.hint{color:var(--soft);font-size:.875rem}
input:not([type=checkbox]){width:100%;min-height:2.75rem;padding:.5rem .75rem;font:inherit;color:inherit;background:var(--card);border:1px solid var(--soft);border-radius:8px}
input[aria-invalid=true]{border-color:var(--bad)}
.check{display:grid;grid-template-columns:auto 1fr;gap:.6rem;align-items:start}
.check label{font-weight:400}
.check input{width:1.25rem;height:1.25rem;margin:.15rem 0 0;accent-color:var(--accent)}
button,.button{display:block;width:100%;min-height:2.75rem;padding:.55rem 1rem;font:inherit;font-weight:600;text-align:center;text-decoration:none;border-radius:8px;border:1px solid var(--accent);background:var(--accent);color:var(--card);cursor:pointer}
button.plain,.button.plain{background:transparent;color:var(--accent)}
button:hover,.button:hover{filter:brightness(1.08)}
a{color:var(--accent);text-underline-offset:.2em}
.links{display:flex;flex-wrap:wrap;gap:.35rem 1.25rem;margin-top:1.25rem}
progress{width:100%;height:.5rem;accent-color:var(--accent)}
code{display:block;padding:.75rem 1rem;border-radius:8px;background:var(--code);overflow-wrap:anywhere}
.error{padding:.75rem 1rem;border:1px solid var(--bad);border-radius:8px;background:var(--bad-paper);color:var(--bad)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:8px}
`
