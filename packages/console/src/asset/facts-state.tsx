/** While models look at the picture, and where they cannot. */
import { Button, Group, Loader, Text } from '@mantine/core'
import { isUnavailable } from '../queries/image.ts'
import { inWords } from '../queries/in-words.ts'
import { Panel } from './panel.tsx'

export function FactsState({ error, onAgain }: { readonly error: Error | null; onAgain(): unknown }) {
  if (error === null) {
    return (
      <Panel title="Faces and subjects">
        <Group gap="sm" role="status">
          <Loader size="sm" />
          <Text>Looking for faces and subjects…</Text>
        </Group>
      </Panel>
    )
  }
  return (
    <Panel title="Faces and subjects">
      <Text role="alert">{inWords(error)}</Text>
      {isUnavailable(error) && (
        <Text c="dimmed" size="sm">
          A new installation fetches its models by itself within a few minutes.
        </Text>
      )}
      <Button variant="default" w="fit-content" onClick={() => void onAgain()}>
        Look again
      </Button>
    </Panel>
  )
}
