/** Around the pages of a project: only for who is in it. */
import { Outlet, useParams } from '@tanstack/react-router'
import { useProjects } from '../queries/people.ts'
import { Missing } from './not-found.tsx'

export function ProjectFrame() {
  const { project } = useParams({ from: '/p/$project' })
  const isMine = useProjects().some(({ slug }) => slug === project)
  return isMine ? <Outlet /> : <Missing what="You have no project of this name." />
}
