/** The mark, the pages of the project at hand, and what belongs to the person. */
import type { Person } from '@fovea/client/session'
import { Link, useParams } from '@tanstack/react-router'
import { Suspense } from 'react'
import { Mark } from './mark.tsx'
import { PersonMenu } from './person-menu.tsx'
import { ProjectSwitcher } from './project-switcher.tsx'
import classes from './shell.module.css'

export function Header({ person }: { readonly person: Person }) {
  const { project } = useParams({ strict: false })
  return (
    <header className={classes.header}>
      <div className={classes.bar}>
        <Link to="/" className={classes.brand}>
          <Mark />
          <span>Fovea</span>
        </Link>
        {project !== undefined && (
          <nav aria-label="Project" className={classes.nav}>
            <Link to="/p/$project/library" params={{ project }}>
              Library
            </Link>
          </nav>
        )}
        <div className={classes.end}>
          <Suspense fallback={null}>
            <ProjectSwitcher current={project} />
          </Suspense>
          <PersonMenu person={person} />
        </div>
      </div>
    </header>
  )
}
