/** From one project to another, for who has several. */
import { Button, Menu } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useProjects } from '../queries/people.ts'
import { Chevron } from './chevron.tsx'
import classes from './switcher.module.css'

export function ProjectSwitcher({ current }: { readonly current: string | undefined }) {
  const projects = useProjects()
  const navigate = useNavigate()
  const here = projects.find(({ slug }) => slug === current)
  if (projects.length < 2)
    return here === undefined ? null : <span className={classes.name}>{here.name}</span>
  return (
    <Menu position="bottom-end" width={260} withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button
          variant="default"
          classNames={{ root: classes.switcher ?? '', label: classes.label ?? '' }}
          rightSection={<Chevron />}
        >
          {here?.name ?? 'Projects'}
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.list}>
        {projects.map(({ id, slug, name, teamName }) => (
          <Menu.Item
            key={id}
            aria-current={slug === current ? 'true' : undefined}
            onClick={() => navigate({ to: '/p/$project/library', params: { project: slug } })}
          >
            <span className={classes.project}>{name}</span>
            <span className={classes.team}>{teamName}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
