/** Turns the flags of `fovea transform` into what is wanted; every wrong value is a sentence. */
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import type { Operation } from '@fovea/client'
import {
  autoQualityForms,
  defaultLimits,
  type ImageOutput,
  mostMaxBytes,
  type Pipeline,
  Problem,
  parsePipeline,
  readAutoQuality,
} from '@fovea/core'
import { UsageError } from '../exit-code.ts'
import { wholeNumber } from '../number.ts'
import { readOperation } from './operation-text.ts'
import { type OutputWish, wishedFormat } from './output.ts'

export interface TransformFlags {
  readonly out: string
  readonly format?: string
  readonly quality?: string
  readonly maxBytes?: string
  readonly lossless?: boolean
  readonly progressive?: boolean
  readonly metadata: ImageOutput['metadata']
  readonly colorSpace?: ImageOutput['colorSpace']
  readonly animation: boolean
  readonly orient: boolean
  readonly width?: string
  readonly height?: string
  readonly fit?: string
  readonly position?: string
  readonly background?: string
  readonly upscale: boolean
  readonly pipeline?: string
  readonly op?: readonly string[]
  readonly concurrency?: string
  readonly timeout?: string
  readonly server?: boolean
  readonly url?: string
  readonly key?: string
  readonly profile?: string
  readonly json?: boolean
  readonly quiet?: boolean
}

export interface Wanted {
  /** As written: a folder, or a file when `outFile`. */
  readonly out: string
  /** `out` looks like a picture's name: right only for a single input. */
  readonly outIsFile: boolean
  readonly pipeline: Pipeline
  /** The pipeline as it was written. */
  readonly operations: readonly Operation[]
  readonly output: OutputWish
  readonly orient: boolean
  readonly concurrency: number
  readonly timeoutMs: number
  /** A server makes the pictures. */
  readonly isRemote: boolean
  readonly report: 'lines' | 'json' | 'errors'
}

/** @throws UsageError naming the flag, the rule and the value */
export async function wantedFrom(flags: TransformFlags): Promise<Wanted> {
  const outIsFile = /^\.[a-z0-9]{2,5}$/i.test(extname(flags.out)) && !/[/\\]$/.test(flags.out)
  return {
    out: flags.out,
    outIsFile,
    ...(await pipelineFrom(flags)),
    output: {
      ...formatFrom(flags, outIsFile),
      ...qualityFrom(flags),
      maxBytes: bytesIn('--max-bytes', flags.maxBytes),
      lossless: flags.lossless === true,
      progressive: flags.progressive === true,
      metadata: flags.metadata,
      colorSpace: flags.colorSpace,
      animated: flags.animation,
    },
    orient: flags.orient,
    concurrency: wholeNumber('--concurrency', flags.concurrency, 1, 64) ?? availableParallelism(),
    isRemote: isRemote(flags),
    timeoutMs: (wholeNumber('--timeout', flags.timeout, 1, 3600) ?? 120) * 1000,
    report: flags.json === true ? 'json' : flags.quiet === true ? 'errors' : 'lines',
  }
}

/** Whoever names a server means it. @throws UsageError for what only the engine here can do */
function isRemote({ server, url, key, profile, animation }: TransformFlags): boolean {
  const isNamed = server === true || [url, key, profile].some((flag) => flag !== undefined)
  if (isNamed && !animation)
    throw new UsageError('--no-animation is not for a server, which keeps what moves where the format can')
  return isNamed
}

function formatFrom(
  { format, out }: TransformFlags,
  outIsFile: boolean,
): Pick<OutputWish, 'format' | 'choice'> {
  if (format !== 'auto' && format !== 'smallest')
    return { format: wishedFormat(format, outIsFile ? out : undefined), choice: undefined }
  if (outIsFile)
    throw new UsageError(`--format ${format} names the file by what it becomes: let --out be a folder`)
  return { format: undefined, choice: format === 'auto' ? 'content' : 'size' }
}

function qualityFrom({ format, quality }: TransformFlags): Pick<OutputWish, 'quality' | 'target'> {
  const target = readAutoQuality(quality ?? '')
  if (target !== undefined) return { quality: undefined, target }
  if (quality?.startsWith('auto') === true)
    throw new UsageError(`--quality must be 1 to 100, ${autoQualityForms}, not ${JSON.stringify(quality)}`)
  if (format === 'smallest' && quality !== undefined)
    throw new UsageError('--quality must be auto with --format smallest: qualities of formats do not compare')
  return { quality: wholeNumber('--quality', quality, 1, 100), target: undefined }
}

async function pipelineFrom(flags: TransformFlags): Promise<Pick<Wanted, 'pipeline' | 'operations'>> {
  const fromFile = flags.pipeline === undefined ? [] : await operationsIn(flags.pipeline)
  const inputs = [...fromFile, ...resizeFrom(flags), ...(flags.op ?? []).map(readOperation)]
  try {
    return { pipeline: parsePipeline(inputs, defaultLimits), operations: inputs as Operation[] }
  } catch (error) {
    if (error instanceof Problem) throw new UsageError(error.message)
    throw error
  }
}

async function operationsIn(path: string): Promise<readonly unknown[]> {
  let content: unknown
  try {
    content = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw new UsageError(
      `--pipeline ${path} cannot be read: ${error instanceof Error ? error.message : error}`,
    )
  }
  const list =
    typeof content === 'object' && content !== null && 'pipeline' in content ? content.pipeline : content
  if (!Array.isArray(list)) throw new UsageError(`--pipeline ${path} must hold a list of operations`)
  return list
}

/** The resize flags as one operation, none when they are absent. */
function resizeFrom(flags: TransformFlags): readonly unknown[] {
  const width = wholeNumber('--width', flags.width, 1, 1_000_000)
  const height = wholeNumber('--height', flags.height, 1, 1_000_000)
  if (width === undefined && height === undefined) {
    const stray = (['fit', 'position', 'background'] as const).find((name) => flags[name] !== undefined)
    if (stray !== undefined) throw new UsageError(`--${stray} needs --width or --height`)
    if (!flags.upscale) throw new UsageError('--no-upscale needs --width or --height')
    return []
  }
  const entries = Object.entries({
    op: 'resize',
    width,
    height,
    fit: flags.fit,
    position: flags.position,
    background: flags.background,
    upscale: flags.upscale ? undefined : false,
  })
  return [Object.fromEntries(entries.filter(([, value]) => value !== undefined))]
}

/** `200000`, `200k` (powers of 1000, as sizes are shown) or `1.5M`. */
function bytesIn(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const match = /^(\d{1,10}(?:\.\d{1,6})?)([kM]?)B?$/.exec(text)
  const unit = { '': 1, k: 1000, M: 1_000_000 }[match?.[2] ?? ''] ?? 1
  const bytes = Math.floor(Number(match?.[1] ?? Number.NaN) * unit)
  if (bytes >= 1 && bytes <= mostMaxBytes) return bytes
  throw new UsageError(`${flag} must be a size such as 200000, 200k or 1.5M, not ${JSON.stringify(text)}`)
}
