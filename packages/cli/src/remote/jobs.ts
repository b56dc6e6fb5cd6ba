/** `fovea jobs`: many pictures of the project through one pipeline, followed to their end, their results taken home. */
import { existsSync } from 'node:fs'
import { type Job, type JobItem, type JobResult, Jobs } from '@fovea/client/jobs'
import type { Command } from 'commander'
import { exitCode, UsageError } from '../exit-code.ts'
import { interruptible } from '../interruptible.ts'
import { wholeNumber } from '../number.ts'
import { replaceFile } from '../replace-file.ts'
import { progressBar } from '../transform/report.ts'
import { connect, grouped, type RemoteFlags, remoteCommand } from './connect.ts'
import { brokenOff } from './export-archive.ts'
import { type JobFlags, requestOf } from './job-request.ts'
import { columns, print } from './print.ts'

type Finish = (code: number) => void

const idArgument = ['<id>', 'as fovea jobs ls prints it'] as const

export function jobsCommand(finish: Finish): Command {
  return grouped('jobs', 'Run many pictures of the project through one pipeline', [
    createCommand(finish),
    lsCommand(finish),
    showCommand(finish),
    watchCommand(finish),
    actCommand('retry', 'Try again what failed or was cancelled', finish),
    actCommand('cancel', 'Stop a job; what it has stored stays', finish),
    downloadCommand(finish),
  ])
}

const createExamples = `
Examples:
  $ fovea jobs create --prefix products/ --pipeline p.json --to 'small/{dir}/{name}' --watch
  $ fovea jobs create --file list.csv --pipeline p.json --to '{name}' --origin catalogue
  $ fovea jobs create shop/shoe.jpg https://example.com/hat.jpg --to 'copies/{name}.{ext}'
`

function createCommand(finish: Finish): Command {
  return remoteCommand('create', 'Make a job of images, addresses, a prefix, a list or a ZIP archive')
    .argument('[sources...]', 'paths of images, or addresses')
    .option('--prefix <path>', 'all images whose paths begin so')
    .option('--file <file>', 'a ZIP archive of pictures, JSON lines, or CSV; an address of one, too')
    .option('--manifest <origin/path>', 'such a file that lies in an origin of the project')
    .option('--pipeline <file>', 'JSON: operations, or an object with pipeline, output, outputs, orient')
    .option('--to <template>', 'where results go, such as shop/{dir}/{name}.{ext}')
    .option('--private', 'results are served to nobody without a signature')
    .option('--origin <name>', 'an origin whose bucket results go to, instead of becoming images')
    .option('--overwrite', 'with --origin: replace what lies in the bucket')
    .option('--name <name>', 'what lists call the job')
    .option('--watch', 'follow it to its end')
    .addHelpText('after', createExamples)
    .action(
      async (names: readonly string[], flags: RemoteFlags & JobFlags & { readonly watch?: boolean }) => {
        const request = await requestOf(names, flags)
        const jobs = await jobsOf(flags)
        const job = await jobs.create(request)
        if (flags.watch === true) finish(await watch(jobs, job.id, flags))
        else {
          print(flags, job, [job.id])
          finish(exitCode.ok)
        }
      },
    )
}

function lsCommand(finish: Finish): Command {
  return remoteCommand('ls', 'List jobs, newest first')
    .option('--state <state>', 'running, completed, failed or cancelled')
    .option('--limit <n>', 'how many, 1 to 100')
    .action(async (flags: RemoteFlags & { readonly state?: Job['state']; readonly limit?: string }) => {
      const limit = wholeNumber('--limit', flags.limit, 1, 100)
      const { jobs } = await (await jobsOf(flags)).list({ state: flags.state, limit })
      const rows = jobs.map((job) => [job.id, job.createdAt.toISOString(), ...told(job), job.name ?? ''])
      print(flags, jobs, columns(rows))
      finish(exitCode.ok)
    })
}

function showCommand(finish: Finish): Command {
  return remoteCommand('show', 'Show a job and what became of its pictures')
    .argument(...idArgument)
    .option('--state <state>', 'only pictures that are waiting, running, done, failed or cancelled')
    .action(async (id: string, flags: RemoteFlags & { readonly state?: JobItem['state'] }) => {
      const jobs = await jobsOf(flags)
      const job = await jobs.get(id)
      const items = await allItems(jobs, id, flags.state)
      print(flags, { ...job, items }, [told(job).join('  '), ...columns(items.map(itemRow))])
      finish(exitCode.ok)
    })
}

function watchCommand(finish: Finish): Command {
  return remoteCommand('watch', 'Follow a job to its end')
    .argument(...idArgument)
    .action(async (id: string, flags: RemoteFlags) => finish(await watch(await jobsOf(flags), id, flags)))
}

function actCommand(action: 'retry' | 'cancel', description: string, finish: Finish): Command {
  return remoteCommand(action, description)
    .argument(...idArgument)
    .action(async (id: string, flags: RemoteFlags) => {
      const job = await (await jobsOf(flags))[action](id)
      print(flags, job, [told(job).join('  ')])
      finish(exitCode.ok)
    })
}

function downloadCommand(finish: Finish): Command {
  return remoteCommand('download', 'Write the results of a job into a ZIP archive')
    .argument(...idArgument)
    .option('-o, --output <file>', 'where to (the job’s id and .zip)')
    .action(async (id: string, flags: RemoteFlags & { readonly output?: string }) => {
      const path = flags.output ?? `${id}.zip`
      if (existsSync(path)) throw new UsageError(`${path} is there already: say --output`)
      const jobs = await jobsOf(flags)
      const run = async (signal: AbortSignal) => {
        await replaceFile(path, await jobs.results(id, { signal })).catch(brokenOff)
        print(flags, { path }, [path])
        return exitCode.ok
      }
      finish(await interruptible(run))
    })
}

/** The exit code is that of the job: whoever waits wants to know. */
async function watch(jobs: Jobs, id: string, flags: RemoteFlags): Promise<number> {
  let bar: ReturnType<typeof progressBar> | undefined
  const onProgress = ({ progress: { total, done, failed, fraction }, etaSeconds }: Job) => {
    if (flags.json === true || !process.stderr.isTTY) return
    bar ??= progressBar(1, `{bar} {percentage} % · {done}/${total} · {failed} failed · {left}`)
    const left = etaSeconds === undefined ? '' : `${etaSeconds} s left`
    bar.update(fraction, { done: done + failed, failed, left })
  }
  try {
    return await interruptible(async (signal) => {
      const job = await jobs.wait(id, { onProgress, signal })
      bar?.stop()
      print(flags, job, [told(job).join('  ')])
      return job.state === 'completed' && job.progress.failed === 0 ? exitCode.ok : exitCode.failed
    })
  } finally {
    bar?.stop()
  }
}

async function allItems(
  jobs: Jobs,
  id: string,
  state: JobItem['state'] | undefined,
): Promise<readonly JobItem[]> {
  const all: JobItem[] = []
  let cursor: string | undefined
  do {
    const page = await jobs.items(id, { state, limit: 100, cursor })
    all.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return all
}

function told({ state, progress: { total, done, failed }, degraded }: Job): readonly [string, string] {
  return [state, `${done}/${total}${failed > 0 ? `, ${failed} failed` : ''}${lacking(degraded)}`]
}

function itemRow({ source, state, error, degraded, results }: JobItem): readonly string[] {
  const outcome = error?.detail ?? error?.title ?? results.map(whereOf).join(' ')
  return [state, source, `${outcome}${lacking(degraded)}`]
}

function lacking(degraded: readonly string[] = []): string {
  return degraded.length === 0 ? '' : ` (without models: ${degraded.join(', ')})`
}

function whereOf({ image, object, text }: JobResult): string | undefined {
  return image?.path ?? (object === undefined ? text : `${object.origin}/${object.path}`)
}

async function jobsOf(flags: RemoteFlags): Promise<Jobs> {
  return new Jobs(await connect(flags))
}
