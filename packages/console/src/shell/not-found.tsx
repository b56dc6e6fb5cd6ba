/** An address that leads nowhere. */
import { Anchor, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { PageHeading } from './page-heading.tsx'
import classes from './shell.module.css'

export function NotFound() {
  return <Missing what="There is no page at this address." />
}

/** The address is of a page, and what it should show is not there. */
export function Missing({ what }: { readonly what: string }) {
  return (
    <Stack className={classes.message ?? ''}>
      <PageHeading title="Not found" />
      <Text>{what}</Text>
      <Anchor component={Link} to="/">
        To your projects
      </Anchor>
    </Stack>
  )
}
