/** A list that could not be asked for. */
import { Alert, Button, Stack, Text } from '@mantine/core'
import { inWords } from '../queries/in-words.ts'

export function Failure({ error, onAgain }: { readonly error: Error; onAgain(): unknown }) {
  return (
    <Alert color="red" variant="outline" title="This could not be loaded">
      <Stack gap="sm" align="start">
        <Text>{inWords(error)}</Text>
        <Button variant="default" onClick={() => void onAgain()}>
          Try again
        </Button>
      </Stack>
    </Alert>
  )
}
