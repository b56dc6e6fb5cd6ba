/** Where in the library somebody is, and the way back up. */
import { Breadcrumbs } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { trailTo } from '../format/path.ts'
import classes from './library.module.css'

/** A folder above is not the page, though its address begins like it. */
const exactly = { exact: true } as const

export interface TrailProps {
  readonly folder: string
  /** The page is of something in the folder, not of the folder itself. */
  readonly isAbove?: boolean
}

export function Trail({ folder, isAbove = false }: TrailProps) {
  const trail = trailTo(folder)
  const here = isAbove ? undefined : trail.at(-1)
  if (trail.length === 0 && !isAbove) return null
  const above = here === undefined ? trail : trail.slice(0, -1)
  return (
    <nav aria-label="Folders above">
      <Breadcrumbs classNames={{ root: classes.trail ?? '', breadcrumb: classes.crumb ?? '' }}>
        <Link from="/p/$project" to="/p/$project/library" search={{}} activeOptions={exactly}>
          All pictures
        </Link>
        {above.map(({ name, path }) => (
          <Link
            key={path}
            from="/p/$project"
            to="/p/$project/library"
            search={{ folder: path }}
            activeOptions={exactly}
          >
            {name}
          </Link>
        ))}
        {here !== undefined && <span aria-current="page">{here.name}</span>}
      </Breadcrumbs>
    </nav>
  )
}
