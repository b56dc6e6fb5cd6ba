/** What a search found, in all folders. */
import { Text } from '@mantine/core'
import { useFound } from '../queries/library.ts'
import { Waiting } from '../shell/waiting.tsx'
import { Empty } from './empty.tsx'
import { Failure } from './failure.tsx'
import { Grid } from './grid.tsx'

export function FoundView({ project, text }: { readonly project: string; readonly text: string }) {
  const { data, error, refetch } = useFound(project, text)
  if (data === undefined) {
    return error === null ? <Waiting what="Searching" /> : <Failure error={error} onAgain={refetch} />
  }
  const { images, total, isTotalExact } = data
  if (images.length === 0) return <Empty>{`Nothing is called “${text}”.`}</Empty>
  const counted = `${isTotalExact ? '' : 'More than '}${total.toLocaleString('en')} found`
  return (
    <>
      <Text c="dimmed" role="status">
        {total > images.length ? `${counted}; the newest ${images.length} are shown` : counted}
      </Text>
      <Grid project={project} images={images} />
    </>
  )
}
