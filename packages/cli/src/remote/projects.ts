/** `fovea projects`: the projects of a person, who has signed in with `fovea login --email`. */
import type { Command } from 'commander'
import { exitCode, UsageError } from '../exit-code.ts'
import { connectPerson, grouped, type PersonFlags, personCommand } from './connect.ts'
import { columns, print } from './print.ts'
import { keepProfile } from './profiles.ts'

/** As the API shows it. */
interface ListedProject {
  readonly slug: string
  readonly name: string
  readonly plan: string
  readonly team_name: string
  readonly role: string
  readonly state: string
}

type Finish = (code: number) => void

export function projectsCommand(finish: Finish): Command {
  const list = personCommand('list', 'List the projects of all my teams').action(
    async (flags: PersonFlags) => {
      const { person } = await connectPerson(flags)
      const { projects } = (await person.ask('/api/v1/projects')) as { projects: readonly ListedProject[] }
      const rows = projects.map((each) => [
        ...[each.slug, each.role, each.plan, each.state],
        `${each.name} (${each.team_name})`,
      ])
      print(flags, projects, columns(rows))
      finish(exitCode.ok)
    },
  )
  const show = personCommand('show', 'Show the settings of a project')
    .argument('<slug>')
    .action(async (slug: string, flags: PersonFlags) => {
      const { person } = await connectPerson(flags)
      const { project } = (await person.ask('/api/v1/project', { project: slug })) as { project: object }
      const rows = Object.entries(project).map(([name, value]) => [name, JSON.stringify(value)])
      print(flags, project, columns(rows))
      finish(exitCode.ok)
    })
  const close = personCommand('close', 'Close a project: its keys die at once, its images after some days')
    .argument('<slug>')
    .option('--yes', 'really')
    .action(async (slug: string, flags: PersonFlags & { readonly yes?: boolean }) => {
      if (flags.yes !== true)
        throw new UsageError(`close ends every address and key of "${slug}": say --yes when that is meant`)
      const { person } = await connectPerson(flags)
      const answer = await person.ask('/api/v1/project', { method: 'DELETE', project: slug })
      const { gone_at: goneAt } = answer as { gone_at: string }
      print(flags, { project: slug, goneAt }, [
        `closed ${slug}: deleted at ${goneAt}, until then fovea projects restore ${slug}`,
      ])
      finish(exitCode.ok)
    })
  const restore = personCommand('restore', 'Open a closed project again')
    .argument('<slug>')
    .action(async (slug: string, flags: PersonFlags) => {
      const { person } = await connectPerson(flags)
      await person.ask(`/api/v1/projects/${encodeURIComponent(slug)}/restore`, { method: 'POST' })
      print(flags, { restored: slug }, [`restored ${slug}`])
      finish(exitCode.ok)
    })
  return grouped('projects', 'List, make, show and close projects, as the person who has signed in', [
    list,
    createCommand(finish),
    show,
    close,
    restore,
  ])
}

interface CreateFlags extends PersonFlags {
  readonly name?: string
  readonly team?: string
  readonly keep?: boolean
}

function createCommand(finish: Finish): Command {
  return personCommand('create', 'Make a project')
    .argument('<slug>', 'its name in addresses: lower-case letters, digits and "-"')
    .option('--name <text>', 'for people; the slug when absent')
    .option('--team <id>', 'whose it is; needed by members of several teams')
    .option('--keep', 'make an API key, too, and keep it as a profile named like the project')
    .action(async (slug: string, flags: CreateFlags) => {
      const { person, url } = await connectPerson(flags)
      const made = await person.ask('/api/v1/projects', {
        method: 'POST',
        json: { slug, name: flags.name ?? slug, team_id: flags.team },
      })
      const { project } = made as { project: ListedProject }
      if (flags.keep === true) {
        const json = { name: 'fovea projects create' }
        const key = await person.ask('/api/v1/settings/api-keys', { method: 'POST', json, project: slug })
        await keepProfile(slug, { url, apiKey: (key as { key: string }).key })
      }
      const kept = flags.keep === true ? `, its key kept: fovea ls --profile ${slug}` : ''
      print(flags, project, [`made ${slug}${kept}`])
      finish(exitCode.ok)
    })
}
