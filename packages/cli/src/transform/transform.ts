/** Runs every input through an engine and writes the results: one file's failure never stops the others. */
import { FoveaError } from '@fovea/client'
import { defaultLimits, Problem, traitsOf } from '@fovea/core'
import { exitCode, UsageError } from '../exit-code.ts'
import { interruptible } from '../interruptible.ts'
import { replaceFile } from '../replace-file.ts'
import { sentenceOf } from '../sentence.ts'
import type { Wanted } from './flags.ts'
import { findInputs, type Input, Targets } from './inputs.ts'
import type { Maker } from './maker.ts'
import { readWithin } from './read-within.ts'
import { type FileReport, reporterFor } from './report.ts'

/**
 * @param open is told how many files will be made at a time
 * @throws UsageError for arguments that name nothing; failures of files are reported and counted
 */
export async function transformFiles(
  inputs: readonly string[],
  wanted: Wanted,
  open: (atATime: number) => Promise<Maker>,
): Promise<number> {
  const files = await findInputs(inputs)
  if (wanted.outIsFile && files.length > 1) {
    throw new UsageError(
      `--out ${wanted.out} is one file, but there are ${files.length} inputs: name a folder`,
    )
  }
  const lanes = Math.min(wanted.concurrency, files.length)
  const maker = await open(lanes)
  const reporter = reporterFor(wanted.report, files.length)
  try {
    return await interruptible(async (signal) => {
      const job = { wanted, maker, targets: new Targets(files), signal }
      await inParallel(files, lanes, signal, async (input) => reporter.file(await report(input, job)))
      return reporter.failures === 0 ? exitCode.ok : exitCode.failed
    })
  } finally {
    await maker.close()
    reporter.end()
  }
}

interface Job {
  readonly wanted: Wanted
  readonly maker: Maker
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

/** Reads, transforms and writes one file. */
async function transform(input: Input, { wanted, maker, targets, signal }: Job) {
  const bytes = await readWithin(input.path, defaultLimits.maxSourceBytes)
  const { format, bytes: result, ...made } = await maker.make({ path: input.path, bytes }, signal)
  const [extension] = traitsOf(format).extensions
  const target = wanted.outIsFile ? targets.exactly(wanted.out) : targets.below(wanted.out, input, extension)
  await replaceFile(target, result)
  return { ...made, target, format, sourceBytes: bytes.length, bytes: result.length }
}

function complaintOf(error: unknown): NonNullable<FileReport['error']> {
  if (error instanceof Problem) return { code: error.code, message: error.message }
  if (error instanceof FoveaError) return { code: codeIn(error), message: sentenceOf(error) }
  if (error instanceof UsageError) return { code: 'usage', message: error.message }
  if (error instanceof Error && 'code' in error) return { code: String(error.code), message: error.message }
  throw error
}

/** The server's own code where it sent one. */
function codeIn({ body, status }: FoveaError): string {
  const isTold = typeof body === 'object' && body !== null && 'code' in body
  return isTold && typeof body.code === 'string' ? body.code : `http/${status}`
}
