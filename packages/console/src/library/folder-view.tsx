/** What lies in a folder: other folders with the number of images in each, then images, newest first. */
import { Text } from '@mantine/core'
import { useFolder } from '../queries/library.ts'
import { Waiting } from '../shell/waiting.tsx'
import { Empty } from './empty.tsx'
import { Failure } from './failure.tsx'
import { FolderList } from './folder-list.tsx'
import { Grid } from './grid.tsx'

export interface FolderViewProps {
  readonly project: string
  readonly folder: string
  readonly mayUpload: boolean
}

export function FolderView({ project, folder: path, mayUpload }: FolderViewProps) {
  const { folder, error, again } = useFolder(project, path)
  if (folder === undefined) {
    return error === null ? <Waiting what="Loading pictures" /> : <Failure error={error} onAgain={again} />
  }
  const { images, folders, total, loadMore } = folder
  if (images.length === 0 && folders.length === 0) {
    const empty = path === '' ? 'There are no pictures yet.' : 'This folder is empty.'
    return <Empty>{mayUpload ? `${empty} Drop some here.` : empty}</Empty>
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
      {error !== null && <Failure error={error} onAgain={again} />}
    </>
  )
}
