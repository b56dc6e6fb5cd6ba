/**
 * `node main.ts <directory>`: prepares the models that npm has. A process of its own, because converting takes a second
 * of CPU and a server has better things to do.
 */
import { prepareModels } from './prepare.ts'

const [directory] = process.argv.slice(2)
if (directory === undefined) throw new Error('Say into which directory the models go.')
const prepared = await prepareModels(directory, { onFetch: (name) => console.log(`fetching ${name}`) })
for (const { model, path, outcome } of prepared) console.log(`${outcome} ${model} ${path}`)
