/**
 * Renders the pictures of the demo project into packages/server/assets/samples.
 *
 * They are mathematics and shapes of our own (CC0), so that no licence of a stranger's photo travels with the
 * product. The results are committed; run this only to change them: `node scripts/render-samples.ts [name …]`.
 * All four take about ten minutes on one core, nearly all of it the product picture.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { renderBlink } from './samples/blink.ts'
import { renderLandscape } from './samples/landscape.ts'
import { renderPoster } from './samples/poster.ts'
import { renderProduct } from './samples/product.ts'

const directory = fileURLToPath(new URL('../packages/server/assets/samples/', import.meta.url))
const largestBytes = 900 * 1024

const pictures: Readonly<Record<string, () => Promise<Buffer>>> = {
  'landscape.jpg': () => renderLandscape(2400),
  'product.jpg': () => renderProduct(1600, 26),
  'poster.png': renderPoster,
  'blink.gif': renderBlink,
}

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(pictures)
mkdirSync(directory, { recursive: true })
for (const name of wanted) {
  const render = pictures[name]
  if (render === undefined)
    throw new Error(`No picture is called ${name}; there are ${Object.keys(pictures).join(', ')}`)
  const bytes = await render()
  if (bytes.length > largestBytes)
    throw new Error(`${name} has ${bytes.length} bytes, more than ${largestBytes}`)
  writeFileSync(`${directory}${name}`, bytes)
  console.log(`${name}: ${Math.round(bytes.length / 1024)} KB`)
}
