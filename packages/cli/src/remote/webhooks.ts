/** `fovea webhooks`: who is told what happens in the project of a key, what was sent, and sending it again. */
import type { WebhookEvent } from '@fovea/client'
import type { Command } from 'commander'
import { exitCode, UsageError } from '../exit-code.ts'
import { wholeNumber } from '../number.ts'
import { connect, grouped, type RemoteFlags, remoteCommand } from './connect.ts'
import { columns, print } from './print.ts'

type Finish = (code: number) => void

const idArgument = ['<id>', 'as fovea webhooks list prints it'] as const

export function webhooksCommand(finish: Finish): Command {
  return grouped('webhooks', 'Tell other servers what happens in the project', [
    listCommand(finish),
    createCommand(finish),
    deleteCommand(finish),
    testCommand(finish),
    logCommand(finish),
    replayCommand(finish),
  ])
}

function listCommand(finish: Finish): Command {
  return remoteCommand('list', 'List webhooks').action(async (flags: RemoteFlags) => {
    const webhooks = await (await connect(flags)).webhooks.list()
    const rows = webhooks.map(({ id, enabled, url, events, disabledReason, failingSince }) => [
      id,
      enabled ? (failingSince === undefined ? 'enabled' : 'failing') : 'disabled',
      url,
      events.join(','),
      disabledReason ?? '',
    ])
    print(flags, webhooks, columns(rows))
    finish(exitCode.ok)
  })
}

function createCommand(finish: Finish): Command {
  return remoteCommand('create', 'Make a webhook; its secret is shown this once')
    .argument('<address>', 'https address that messages are sent to')
    .argument('<events...>', 'image.uploaded image.deleted …')
    .option('--description <text>')
    .addHelpText(
      'after',
      '\nExamples:\n  $ fovea webhooks create https://example.com/hook image.uploaded image.deleted\n',
    )
    .action(
      async (
        url: string,
        events: readonly string[],
        flags: RemoteFlags & { readonly description?: string },
      ) => {
        const { webhooks } = await connect(flags)
        const { description } = flags
        // The server knows which there are, and refuses others by name.
        const made = await webhooks.create({ url, events: events as WebhookEvent[], description })
        print(flags, made, [made.id, made.secret])
        finish(exitCode.ok)
      },
    )
}

function deleteCommand(finish: Finish): Command {
  return remoteCommand('delete', 'Delete a webhook and its log')
    .argument(...idArgument)
    .action(async (id: string, flags: RemoteFlags) => {
      await (await connect(flags)).webhooks.delete(id)
      print(flags, { deleted: id }, [`deleted ${id}`])
      finish(exitCode.ok)
    })
}

function testCommand(finish: Finish): Command {
  return remoteCommand('test', 'Send the example of an event')
    .argument(...idArgument)
    .argument('[event]', 'type of the event', 'image.uploaded')
    .action(async (id: string, event: string, flags: RemoteFlags) => {
      const delivery = await (await connect(flags)).webhooks.test(id, event as WebhookEvent)
      print(flags, { delivery }, [delivery])
      finish(exitCode.ok)
    })
}

function logCommand(finish: Finish): Command {
  return remoteCommand('log', 'Show what was sent, newest first')
    .argument(...idArgument)
    .option('--failed', 'only what was given up')
    .option('--limit <n>', 'how many, 1 to 200')
    .action(
      async (id: string, flags: RemoteFlags & { readonly failed?: boolean; readonly limit?: string }) => {
        const limit = wholeNumber('--limit', flags.limit, 1, 200)
        const state = flags.failed === true ? 'failed' : undefined
        const { deliveries } = await (await connect(flags)).webhooks.deliveries(id, { state, limit })
        const rows = deliveries.map((each) => [
          each.id,
          each.createdAt.toISOString(),
          each.event,
          each.state,
          `${each.attempts} ${each.attempts === 1 ? 'attempt' : 'attempts'}`,
          each.durationMs === undefined ? '–' : `${each.durationMs} ms`,
          each.error ?? String(each.status ?? ''),
        ])
        print(flags, deliveries, columns(rows))
        finish(exitCode.ok)
      },
    )
}

function replayCommand(finish: Finish): Command {
  return remoteCommand('replay', 'Send a message again, or all that was given up since a time')
    .argument(...idArgument)
    .argument('[delivery]', 'as fovea webhooks log prints it')
    .option('--since <time>', 'such as 2026-11-20 or 2026-11-20T08:00:00Z')
    .action(
      async (id: string, delivery: string | undefined, flags: RemoteFlags & { readonly since?: string }) => {
        const { webhooks } = await connect(flags)
        const since = flags.since === undefined ? undefined : new Date(flags.since)
        if ((delivery === undefined) === (since === undefined))
          throw new UsageError('say which: a delivery, or --since')
        if (since !== undefined && Number.isNaN(since.getTime()))
          throw new UsageError(`--since must be a time, not ${JSON.stringify(flags.since)}`)
        if (delivery !== undefined) await webhooks.replay(id, delivery)
        const replayed = since === undefined ? 1 : await webhooks.replayFailed(id, since)
        print(flags, { replayed }, [`${replayed} on ${replayed === 1 ? 'its' : 'their'} way`])
        finish(exitCode.ok)
      },
    )
}
