/**
 * A server's engine: each file goes up with the pipeline, its result comes back, and nothing stays there. The flags
 * mean what they mean for the engine here, so everything they default to is said.
 */
import { extname } from 'node:path'
import type { TransformOutput } from '@fovea/client'
import { type Format, formatOfExtension, type ImageOutput, traitsOf } from '@fovea/core'
import { UsageError } from '../exit-code.ts'
import type { Wanted } from '../transform/flags.ts'
import type { Maker } from '../transform/maker.ts'
import { outputFor, writableFormats } from '../transform/output.ts'
import { connector, type RemoteFlags } from './connect.ts'

/** Those of the API's `output.format`. */
const servedFormats = ['webp', 'jpeg', 'png', 'avif', 'gif', 'tiff', 'jp2', 'heif'] as const

/** @throws UsageError when no server is known */
export async function serverMaker(
  { operations, output, orient, timeoutMs }: Wanted,
  flags: RemoteFlags,
): Promise<Maker> {
  const fovea = (await connector(flags))({ timeoutMs })
  return {
    async make({ path, bytes }, signal) {
      const wish = outputFor(output, servedFormat(formatOfExtension(extname(path).slice(1))) ?? 'webp')
      const request = { source: bytes, pipeline: operations, output: wordsOf(wish), orient }
      const [made] = await fovea.transform(request, { signal })
      const format = writableFormats.find((name) => traitsOf(name).mime === made?.mediaType)
      if (made?.data === undefined || format === undefined) throw new Error('the server returned no picture')
      return { bytes: made.data, format, width: made.width, height: made.height }
    },
    close: async () => {},
  }
}

function servedFormat(format: Format | undefined) {
  return servedFormats.find((name) => name === format)
}

/** The output in the words of the API. */
function wordsOf({
  kind: _,
  animated: __,
  format,
  choice,
  quality,
  target,
  ...output
}: ImageOutput): TransformOutput {
  const named = servedFormat(format)
  if (named === undefined) throw new UsageError(`no server writes ${format}`)
  const wanted = target === undefined ? quality : (`auto:${target}` as const)
  return {
    ...output,
    format: choice === undefined ? named : choice.by === 'content' ? 'auto' : 'smallest',
    ...(wanted === undefined ? {} : { quality: wanted }),
  }
}
