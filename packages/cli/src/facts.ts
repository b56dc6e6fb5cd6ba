/** `fovea facts`: what can be told about local pictures, as JSON. Runs the engine here, without a server. */
import { createHash } from 'node:crypto'
import { defaultLimits, type FactsOutput, Problem, predictCost } from '@fovea/core'
import { createPool, type EnginePool } from '@fovea/engine/pool'
import { Command, Option } from 'commander'
import { exitCode } from './exit-code.ts'
import { readWithin } from './transform/read-within.ts'

const examples = `
Prints a JSON array: size, colours, placeholders, perceptual hash, header and EXIF of each file.

Examples:
  $ fovea facts photo.jpg | jq -r '.[0].blurhash'
  $ fovea facts *.jpg --details all
`

type Details = FactsOutput['details']

export function factsCommand(finish: (code: number) => void): Command {
  return new Command('facts')
    .description('Tell colours, placeholders, fingerprint and EXIF of pictures as JSON')
    .argument('<files...>', 'pictures')
    .addOption(
      new Option('--details <which>', 'of EXIF, IPTC and XMP; all adds place and serial numbers')
        .choices(['none', 'public', 'all'])
        .default('public'),
    )
    .addHelpText('after', examples)
    .action(async (files: readonly string[], { details }: { readonly details: Details }) => {
      const pool = createPool({
        workers: 1,
        sandbox: 'auto',
        maxQueued: 1,
        maxInflightBytes: 1024 ** 3,
        maxWorkerBytes: 2 * 1024 ** 3,
      })
      try {
        const told = []
        for (const file of files) told.push(await factsOf(file, details, pool))
        process.stdout.write(`${JSON.stringify(told, undefined, 2)}\n`)
        finish(told.some((one) => 'error' in one) ? exitCode.failed : exitCode.ok)
      } finally {
        await pool.close()
      }
    })
}

/** The facts, or why there are none: one bad file does not hide the others. */
async function factsOf(path: string, details: Details, pool: EnginePool): Promise<object> {
  try {
    const limits = defaultLimits
    const bytes = await readWithin(path, limits.maxSourceBytes)
    const sourceId = createHash('sha256').update(bytes).digest('hex')
    const header = await pool.probe({ bytes }, limits, { sourceId })
    const outputs = [{ pipeline: [], output: { kind: 'facts', details } }] as const
    const decode = { orient: true }
    const cost = predictCost(header, outputs, decode)
    const result = await pool.run({ source: { bytes }, sourceId, decode, outputs, limits, cost })
    return { file: path, ...JSON.parse(Buffer.from(result.outputs[0]?.bytes ?? []).toString('utf8')) }
  } catch (error) {
    if (error instanceof Problem) return { file: path, error: { code: error.code, message: error.message } }
    if (error instanceof Error && 'code' in error)
      return { file: path, error: { code: String(error.code), message: error.message } }
    throw error
  }
}
