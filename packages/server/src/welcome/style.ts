/** The colours of our pages, by day and by night. */
export const palette = `:root{color-scheme:light dark;--paper:#f6f1e6;--card:#fffdf8;--ink:#17202e;--soft:#5a6472;--line:#ddd4c2;--accent:#b93f1b;--code:#efe8d8}
@media (prefers-color-scheme:dark){:root{--paper:#10151d;--card:#18202b;--ink:#f1ead9;--soft:#a5afbd;--line:#2b3644;--accent:#ff8a5c;--code:#0b1017}}`

/** Style sheet of the welcome page. Inlined, so that the page is one response; allowed by its hash. */
export const style = `
${palette}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main,header,footer{max-width:72rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2.5rem}
.brand{display:flex;align-items:center;gap:.75rem;font-weight:700;font-size:1.25rem;letter-spacing:.01em}
.brand svg{width:2.75rem;height:2.75rem;flex:none}
h1{font-size:clamp(1.9rem,5.2vw,3.4rem);line-height:1.1;letter-spacing:-.02em;margin:1.75rem 0 .75rem;max-width:19ch;text-wrap:balance}
h2{font-size:1.5rem;line-height:1.25;letter-spacing:-.01em;margin:3.5rem 0 .5rem}
h3{font-size:1rem;margin:0}
p{margin:.5rem 0 1rem;max-width:62ch}
.lead{font-size:1.15rem;color:var(--soft)}
a{color:var(--accent);text-underline-offset:.2em}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:3px solid var(--accent);outline-offset:3px;border-radius:4px}
.skip{position:absolute;left:-999rem}
.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem;z-index:1}
img{display:block;max-width:100%;height:auto;background:var(--code)}
figure{margin:0}
.hero{margin:2rem 0 0;border-radius:14px;overflow:hidden;border:1px solid var(--line);background:var(--card)}
.hero img{width:100%}
figcaption{padding:.7rem .9rem;font-size:.875rem;color:var(--soft)}
.grid{display:grid;gap:1.25rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,15.5rem),1fr));padding:0;margin:1.25rem 0 0;list-style:none}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;overflow:hidden;display:flex;flex-direction:column}
.card a{display:block}
.card img{width:100%;aspect-ratio:1;object-fit:contain}
.card figcaption{display:grid;gap:.25rem}
.card h3{color:var(--ink)}
code{font:.85em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
pre{background:var(--code);border:1px solid var(--line);border-radius:10px;padding:.9rem 1rem;margin:.5rem 0 1rem;overflow-x:auto}
pre code{overflow-wrap:normal;user-select:all;-webkit-user-select:all}
ol{padding-left:1.25rem;margin:1rem 0}
ol>li{padding-left:.25rem;margin-bottom:1.25rem}
ol>li::marker{font-weight:700;color:var(--accent)}
table{border-collapse:collapse;width:100%;font-size:.95rem}
th,td{text-align:left;padding:.5rem .75rem .5rem 0;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600;white-space:nowrap}
footer{padding-top:3rem;padding-bottom:3rem;color:var(--soft);font-size:.9rem}
footer ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;padding:0;margin:0}
`
