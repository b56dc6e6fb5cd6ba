/** Runs every input through the engine's pool and writes the results: one file's failure never stops the others. */
import { createHash } from 'node:crypto'
import { defaultLimits, isFormat, type Limits, Problem, predictCost, traitsOf } from '@fovea/core'
import { createPool, type EnginePool } from '@fovea/engine/pool'
import { exitCode, UsageError } from '../exit-code.ts'
import { replaceFile } from '../replace-file.ts'
import type { Wanted } from './flags.ts'
import { findInputs, type Input, Targets } from './inputs.ts'
import { outputFor } from './output.ts'
import { type LocalPicture, readPictures } from './pictures.ts'
import { readWithin } from './read-within.ts'
import { type FileReport, reporterFor } from './report.ts'

/** @throws UsageError for arguments that name nothing; failures of files are reported and counted */
export async function transformFiles(inputs: readonly string[], wanted: Wanted): Promise<number> {
  const files = await findInputs(inputs)
  if (wanted.outIsFile && files.length > 1) {
    throw new UsageError(
      `--out ${wanted.out} is one file, but there are ${files.length} inputs: name a folder`,
    )
  }
  const stopped = new AbortController()
  const stop = () => stopped.abort()
  process.once('SIGINT', stop).once('SIGTERM', stop)
  const workers = Math.min(wanted.concurrency, files.length)
  const pool = createPool({
    workers,
    sandbox: 'auto',
    maxQueued: workers,
    maxInflightBytes: workers * 1024 ** 3,
    maxWorkerBytes: 2 * 1024 ** 3,
  })
  const reporter = reporterFor(wanted.report, files.length)
  const limits: Limits = { ...defaultLimits, deadlineMs: wanted.timeoutMs }
  try {
    const pictures = await readPictures(wanted.pipeline, pool, limits)
    const job = { wanted, pool, limits, pictures, targets: new Targets(files), signal: stopped.signal }
    await inParallel(files, workers, stopped.signal, async (input) => reporter.file(await report(input, job)))
  } finally {
    await pool.close()
    process.off('SIGINT', stop).off('SIGTERM', stop)
    reporter.end()
  }
  if (stopped.signal.aborted) return exitCode.interrupted
  return reporter.failures === 0 ? exitCode.ok : exitCode.failed
}

interface Job {
  readonly wanted: Wanted
  readonly pool: EnginePool
  readonly limits: Limits
  /** By the key under which the pipeline names them. */
  readonly pictures: Readonly<Record<string, LocalPicture>>
  readonly targets: Targets
  readonly signal: AbortSignal
}

async function inParallel(
  inputs: readonly Input[],
  workers: number,
  signal: AbortSignal,
  work: (input: Input) => Promise<void>,
): Promise<void> {
  const queue = inputs.values()
  const lane = async () => {
    for (const input of queue) {
      if (signal.aborted) return
      await work(input)
    }
  }
  await Promise.all(Array.from({ length: workers }, lane))
}

async function report(input: Input, job: Job): Promise<FileReport> {
  const started = performance.now()
  try {
    return {
      source: input.path,
      ...(await transform(input, job)),
      ms: Math.round(performance.now() - started),
    }
  } catch (error) {
    return { source: input.path, error: complaintOf(error) }
  }
}

/** Reads, transforms and writes one file. Children of a root process cannot read private folders: they get bytes. */
async function transform(input: Input, { wanted, pool, limits, pictures, targets, signal }: Job) {
  const bytes = await readWithin(input.path, limits.maxSourceBytes)
  const sourceId = createHash('sha256').update(bytes).digest('hex')
  const source = { bytes }
  const facts = await pool.probe(source, limits, { sourceId, signal })
  const output = outputFor(wanted.output, facts.format)
  const outputs = [{ pipeline: wanted.pipeline, output }]
  const decode = { orient: wanted.orient }
  const headers = Object.entries(pictures).map(([key, picture]) => [key, picture.facts] as const)
  const cost = predictCost(facts, outputs, { ...decode, pictures: Object.fromEntries(headers) })
  const result = await pool.run({ source, sourceId, pictures, decode, outputs, limits, cost }, { signal })
  const [made] = result.outputs
  if (made === undefined) throw new Error('the engine returned nothing')
  const [extension] = traitsOf(isFormat(made.format) ? made.format : output.format).extensions
  const target = wanted.outIsFile ? targets.exactly(wanted.out) : targets.below(wanted.out, input, extension)
  await replaceFile(target, made.bytes)
  return {
    target,
    sourceBytes: bytes.length,
    sourceWidth: facts.width,
    sourceHeight: facts.height,
    bytes: made.bytes.length,
    width: made.width,
    height: made.height,
    format: made.format,
  }
}

function complaintOf(error: unknown): NonNullable<FileReport['error']> {
  if (error instanceof Problem) return { code: error.code, message: error.message }
  if (error instanceof UsageError) return { code: 'usage', message: error.message }
  if (error instanceof Error && 'code' in error) return { code: String(error.code), message: error.message }
  throw error
}
