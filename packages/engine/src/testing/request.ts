/** Short ways to run the engine in tests. */
import {
  defaultLimits,
  type FocalPoint,
  type Format,
  type ImageOutput,
  type Limits,
  type OperationInput,
  parsePipeline,
} from '@fovea/core/model'
import type { EngineSource, MadeOutput, WantedOutput } from '../pool/protocol.ts'
import { run } from '../run.ts'

export function outputOf(format: Format, more: Partial<ImageOutput> = {}): ImageOutput {
  return { kind: 'image', format, metadata: 'none', animated: true, ...more }
}

export function wanted(operations: readonly OperationInput[], output: ImageOutput): WantedOutput {
  return { pipeline: parsePipeline(operations, defaultLimits), output }
}

/** Runs one pipeline over a file or bytes. */
export async function transform(
  source: EngineSource,
  operations: readonly OperationInput[],
  output: ImageOutput,
  {
    limits = defaultLimits,
    orient = true,
    page,
    focalPoint,
    pictures = {},
    hint,
  }: {
    limits?: Limits
    orient?: boolean
    page?: number
    focalPoint?: FocalPoint
    pictures?: Readonly<Record<string, EngineSource>>
    hint?: number
  } = {},
): Promise<MadeOutput> {
  const request = {
    kind: 'run',
    source,
    pictures,
    decode: {
      orient,
      ...(page === undefined ? {} : { page }),
      ...(focalPoint === undefined ? {} : { focalPoint }),
    },
    limits,
    outputs: [{ ...wanted(operations, output), ...(hint === undefined ? {} : { hint }) }],
  } as const
  const [made] = (await run(request)).outputs
  if (made === undefined) throw new Error('the run made nothing')
  return made
}
