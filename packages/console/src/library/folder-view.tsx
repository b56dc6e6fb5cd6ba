/** What lies in a folder: other folders with the number of images in each, then images, newest first. */
import { Text } from '@mantine/core'
import { useFolder } from '../queries/library.ts'
import { Waiting } from '../shell/waiting.tsx'
import { Empty } from './empty.tsx'
import { Failure } from './failure.tsx'
import { FolderList } from './folder-list.tsx'
import { Grid } from './grid.tsx'

export function FolderView({ project, folder: path }: { readonly project: string; readonly folder: string }) {
  const { folder, error, refetch } = useFolder(project, path)
  if (folder === undefined) {
    return error === null ? <Waiting what="Loading pictures" /> : <Failure error={error} onAgain={refetch} />
  }
  const { images, folders, total, loadMore } = folder
  if (images.length === 0 && folders.length === 0) {
    return (
      <Empty>
        {path === '' ? 'No pictures yet. Drop some here.' : 'This folder is empty. Drop pictures here.'}
      </Empty>
    )
  }
  return (
    <>
      <FolderList folders={folders} within={path} />
      {images.length > 0 && (
        <>
          <Text c="dimmed" role="status">
            {total === 1 ? '1 picture' : `${total.toLocaleString('en')} pictures`}
          </Text>
          <Grid project={project} folder={path} images={images} onEnd={loadMore} />
        </>
      )}
      {error !== null && <Failure error={error} onAgain={loadMore} />}
    </>
  )
}
