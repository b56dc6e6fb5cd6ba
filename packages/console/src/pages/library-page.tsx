/** The images of a project: a folder of them, or what a search finds. The address says which. */
import { Group, Stack } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { FolderView } from '../library/folder-view.tsx'
import { FoundView } from '../library/found-view.tsx'
import { SearchBox } from '../library/search-box.tsx'
import { Trail } from '../library/trail.tsx'
import { UploadButton } from '../library/upload-button.tsx'
import { UploadList } from '../library/upload-list.tsx'
import { UploadZone } from '../library/upload-zone.tsx'
import { useUploads } from '../library/use-uploads.ts'
import { useMayChange } from '../queries/people.ts'
import { PageHeading } from '../shell/page-heading.tsx'

const route = getRouteApi('/p/$project/library')

export function LibraryPage() {
  const { project } = route.useParams()
  const { folder = '', q = '' } = route.useSearch()
  const { uploads, add, replace, dismiss } = useUploads(project)
  const mayChange = useMayChange(project)
  const addHere = (files: readonly File[]) => add(files, folder)
  return (
    <UploadZone folder={folder} onFiles={mayChange ? addHere : undefined}>
      <Stack gap="lg">
        <Group justify="space-between">
          <PageHeading title="Library" />
          {mayChange && <UploadButton onFiles={addHere} />}
        </Group>
        <SearchBox key={project} text={q} />
        <UploadList uploads={uploads} onReplace={replace} onDismiss={dismiss} />
        {q === '' ? (
          <>
            <Trail folder={folder} />
            <FolderView
              key={`${project}/${folder}`}
              project={project}
              folder={folder}
              mayUpload={mayChange}
            />
          </>
        ) : (
          <FoundView project={project} text={q} />
        )}
      </Stack>
    </UploadZone>
  )
}
