/**
 * Renders every example of every operation on sample pictures into one PNG, to be looked at by eye.
 *
 * Run after changing an operation: `node scripts/contact-sheet.ts sheet.png [picture …]`; without pictures it draws
 * on the samples of a new project. The first picture comes a second time, cut to an ellipse, for its alpha.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { defaultLimits, operations, parsePipeline } from '@fovea/core'
import { run } from '@fovea/engine'
import { besideScene } from '../packages/engine/src/testing/scene.ts'

const cell = { width: 240, height: 200, label: 34 }
const columns = 6

const [target, ...given] = process.argv.slice(2)
if (target === undefined) throw new Error('usage: node scripts/contact-sheet.ts sheet.png [picture …]')
const samples = ['landscape.jpg', 'product.jpg', 'poster.png'].map((name) =>
  fileURLToPath(new URL(`../packages/server/assets/samples/${name}`, import.meta.url)),
)

interface Cell {
  readonly label: string
  readonly png: Uint8Array
}

const cells: Cell[] = []
const opaque = await Promise.all((given.length > 0 ? given : samples).map(small))
const [first = new Uint8Array()] = opaque
const pictures = [...opaque, await render(first, [{ op: 'mask' }])]
let turn = 0
// Which models are here is not said.
for (const { op, examples } of operations.filter(({ models }) => models === undefined)) {
  for (const example of examples) {
    const picture = pictures[turn++ % pictures.length]
    if (picture === undefined) continue
    cells.push({
      label: JSON.stringify({ op, ...example }),
      png: await render(picture, [{ op, ...example }]),
    })
  }
}
await writeFile(target, await sheet(cells))
console.log(`${target}: ${cells.length} pictures`)

/** 320×240, so that boxes in the examples lie inside. */
async function small(path: string): Promise<Uint8Array> {
  return render(await readFile(path), [{ op: 'resize', width: 320, height: 240 }])
}

async function render(bytes: Uint8Array, pipeline: readonly unknown[]): Promise<Uint8Array> {
  const output = { kind: 'image', format: 'png', metadata: 'none', animated: false } as const
  const { outputs } = await run({
    kind: 'run',
    source: { bytes },
    pictures: besideScene,
    decode: { orient: true },
    limits: defaultLimits,
    outputs: [{ pipeline: parsePipeline(pipeline, defaultLimits), output }],
  })
  const [made] = outputs
  if (made === undefined) throw new Error('the run made nothing')
  return made.bytes
}

/** All pictures in a grid on a chequered ground, as one SVG that the engine turns into pixels. */
async function sheet(all: readonly Cell[]): Promise<Uint8Array> {
  const rows = Math.ceil(all.length / columns)
  const drawn: string[] = []
  for (const [index, { label, png }] of all.entries()) {
    const x = (index % columns) * cell.width
    const y = Math.floor(index / columns) * (cell.height + cell.label)
    const shown = await render(png, [
      { op: 'resize', width: cell.width - 8, height: cell.height - 8, fit: 'inside', upscale: false },
    ])
    const data = Buffer.from(shown).toString('base64')
    drawn.push(
      `<image x="${x + 4}" y="${y + 4}" width="${cell.width - 8}" height="${cell.height - 8}" href="data:image/png;base64,${data}"/>`,
      ...linesOf(label).map(
        (line, at) =>
          `<text x="${x + 4}" y="${y + cell.height + 8 + at * 11}" font-size="9" font-family="monospace">${escaped(line)}</text>`,
      ),
    )
  }
  const size = `width="${columns * cell.width}" height="${rows * (cell.height + cell.label)}"`
  const ground = `<pattern id="c" width="16" height="16" patternUnits="userSpaceOnUse"><rect width="16" height="16" fill="#fff"/><rect width="8" height="8" fill="#ddd"/><rect x="8" y="8" width="8" height="8" fill="#ddd"/></pattern><rect width="100%" height="100%" fill="url(#c)"/>`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size}><defs/>${ground}${drawn.join('')}</svg>`
  return render(Buffer.from(svg), [])
}

function linesOf(label: string): readonly string[] {
  return label.match(/.{1,42}/g) ?? []
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
