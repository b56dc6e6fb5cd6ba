/** A list that could not be asked for. */
import { Button, Stack, Text } from '@mantine/core'
import { inWords } from '../queries/in-words.ts'

export function Failure({ error, onAgain }: { readonly error: Error; onAgain(): unknown }) {
  return (
    <Stack gap="sm" align="start" role="alert">
      <Text c="var(--bad)" fw={600}>
        This could not be loaded
      </Text>
      <Text>{inWords(error)}</Text>
      <Button variant="default" onClick={() => void onAgain()}>
        Try again
      </Button>
    </Stack>
  )
}
