/** The address of the console itself: the first project of the person. */
import { Stack, Text } from '@mantine/core'
import { Navigate } from '@tanstack/react-router'
import { useProjects } from '../queries/people.ts'
import { PageHeading } from './page-heading.tsx'
import classes from './shell.module.css'

export function FirstProject() {
  const [first] = useProjects()
  if (first !== undefined)
    return <Navigate to="/p/$project/library" params={{ project: first.slug }} replace />
  return (
    <Stack className={classes.message ?? ''}>
      <PageHeading title="No project yet" />
      <Text>You are in no project. Ask somebody who is in one to invite you.</Text>
    </Stack>
  )
}
