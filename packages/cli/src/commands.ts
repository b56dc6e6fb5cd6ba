/**
 * Every command by its name, in the order of the help. Each is loaded when it is asked for: loading all of them is half
 * the work of a short command.
 */
import type { Command } from 'commander'

/** @param finish is told the exit code @param program has every command when one of them runs that needs them */
type MakeCommand = (finish: (code: number) => void, program: Command) => Command

export const commands: ReadonlyMap<string, () => Promise<MakeCommand>> = new Map<
  string,
  () => Promise<MakeCommand>
>([
  ['serve', async () => (await import('./serve.ts')).serveCommand],
  ['worker', async () => (await import('./worker.ts')).workerCommand],
  ['doctor', async () => (await import('./doctor.ts')).doctorCommand],
  ['backup', async () => (await import('./backup.ts')).backupCommand],
  [
    'transform',
    async () => {
      const { transformCommand } = await import('./transform/command.ts')
      const { serverMaker } = await import('./remote/server-maker.ts')
      return (finish) => transformCommand(finish, serverMaker)
    },
  ],
  ['facts', async () => (await import('./facts.ts')).factsCommand],
  ['models', async () => (await import('./models.ts')).modelsCommand],
  ['login', async () => (await import('./remote/login.ts')).loginCommand],
  ['logout', async () => (await import('./remote/logout.ts')).logoutCommand],
  ['upload', async () => (await import('./remote/upload.ts')).uploadCommand],
  ['ls', async () => (await import('./remote/images.ts')).lsCommand],
  ['rm', async () => (await import('./remote/images.ts')).rmCommand],
  ['describe', async () => (await import('./remote/facts.ts')).describeCommand],
  ['similar', async () => (await import('./remote/facts.ts')).similarCommand],
  ['duplicates', async () => (await import('./remote/facts.ts')).duplicatesCommand],
  ['url', async () => (await import('./remote/url.ts')).urlCommand],
  ['sign', async () => (await import('./remote/url.ts')).signCommand],
  ['links', async () => (await import('./remote/links.ts')).linksCommand],
  ['projects', async () => (await import('./remote/projects.ts')).projectsCommand],
  ['export', async () => (await import('./remote/export.ts')).exportCommand],
  ['usage', async () => (await import('./remote/project.ts')).usageCommand],
  ['purge', async () => (await import('./remote/project.ts')).purgeCommand],
  ['keys', async () => (await import('./remote/project.ts')).keysCommand],
  ['presets', async () => (await import('./remote/project.ts')).presetsCommand],
  ['jobs', async () => (await import('./remote/jobs.ts')).jobsCommand],
  ['webhooks', async () => (await import('./remote/webhooks.ts')).webhooksCommand],
  ['completion', async () => (await import('./completion.ts')).completionCommand],
])
