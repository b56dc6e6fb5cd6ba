/** `fovea ls` and `fovea rm`. */
import { FoveaError, type ListedImage } from '@fovea/client'
import type { Command } from 'commander'
import { exitCode } from '../exit-code.ts'
import { sentenceOf } from '../sentence.ts'
import { sizeText } from '../transform/report.ts'
import { connect, type RemoteFlags, remoteCommand } from './connect.ts'
import { everyImage } from './every-image.ts'
import { columns, print } from './print.ts'

export function lsCommand(finish: (code: number) => void): Command {
  return remoteCommand('ls', 'List the images of a project by their keys')
    .argument('[prefix]', 'only keys that start with it', '')
    .action(async (prefix: string, flags: RemoteFlags) => {
      const { images } = await connect(flags)
      const found: ListedImage[] = []
      for await (const image of everyImage(images, prefix)) found.push(image)
      const rows = found.map(({ key, id, size, visibility, lastModified }) => [
        id,
        sizeText(size),
        lastModified,
        visibility,
        key,
      ])
      print(flags, found, columns(rows))
      finish(exitCode.ok)
    })
}

export function rmCommand(finish: (code: number) => void): Command {
  return remoteCommand('rm', 'Delete images by their keys')
    .argument('<keys...>', 'keys, as fovea ls prints them')
    .action(async (keys: readonly string[], flags: RemoteFlags) => {
      const { images } = await connect(flags)
      const results: { readonly key: string; readonly error?: string }[] = []
      for (const key of keys) {
        try {
          await images.delete(key)
          results.push({ key })
        } catch (error) {
          if (!(error instanceof FoveaError)) throw error
          const sentence = sentenceOf(error)
          results.push({ key, error: sentence })
          if (flags.json !== true) process.stderr.write(`✗ ${key}: ${sentence}\n`)
        }
      }
      const done = results.filter(({ error }) => error === undefined)
      print(
        flags,
        results,
        done.map(({ key }) => `deleted ${key}`),
      )
      finish(done.length < results.length ? exitCode.failed : exitCode.ok)
    })
}
