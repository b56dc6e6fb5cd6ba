/** What people have written about the image. */
import type { StoredImage } from '@fovea/client/library'
import { Button, TagsInput, Text, Textarea } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useChangeImage } from '../queries/image.ts'
import { inWords } from '../queries/in-words.ts'
import { Panel } from './panel.tsx'

/** As the API has them. */
const longestAltText = 1_000
const mostTags = 50

export interface DescriptionPanelProps {
  readonly project: string
  readonly image: Pick<StoredImage, 'id' | 'altText' | 'tags'>
  readonly mayChange: boolean
}

export function DescriptionPanel({ project, image, mayChange }: DescriptionPanelProps) {
  const [altText, setAltText] = useState(image.altText)
  const [tags, setTags] = useState([...image.tags])
  const { mutate, isPending, error } = useChangeImage(project, image.id)
  const isChanged = altText !== image.altText || tags.join('\n') !== image.tags.join('\n')
  const save = (event: FormEvent) => {
    event.preventDefault()
    mutate({ altText, tags })
  }
  return (
    <Panel title="Description">
      <form onSubmit={save}>
        <Textarea
          label="Alternative text"
          description="For who does not see the picture."
          autosize
          minRows={2}
          maxLength={longestAltText}
          readOnly={!mayChange}
          value={altText}
          onChange={(event) => setAltText(event.currentTarget.value)}
        />
        <TagsInput
          mt="sm"
          label="Tags"
          maxTags={mostTags}
          readOnly={!mayChange}
          value={tags}
          onChange={setTags}
          clearable={false}
        />
        {error !== null && (
          <Text c="var(--bad)" role="alert" mt="sm">
            {inWords(error)}
          </Text>
        )}
        {isChanged && (
          <Button type="submit" mt="sm" loading={isPending}>
            Save description
          </Button>
        )}
      </form>
    </Panel>
  )
}
