/** A page that could not be shown, and another try. */
import { Button, Stack, Text } from '@mantine/core'
import { useQueryErrorResetBoundary } from '@tanstack/react-query'
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { inWords } from '../queries/in-words.ts'
import { PageHeading } from './page-heading.tsx'
import classes from './shell.module.css'

export function ErrorPage({ error, reset }: Pick<ErrorComponentProps, 'error' | 'reset'>) {
  const queries = useQueryErrorResetBoundary()
  const router = useRouter()
  const again = () => {
    queries.reset()
    reset()
    void router.invalidate()
  }
  return (
    <Stack className={classes.message ?? ''}>
      <PageHeading title="This did not work" />
      <Text role="alert">{inWords(error)}</Text>
      <Button onClick={again} w="fit-content">
        Try again
      </Button>
    </Stack>
  )
}
