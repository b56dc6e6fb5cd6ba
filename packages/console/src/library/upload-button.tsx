/** Chooses files to upload, of the formats that the server reads. */
import { formats } from '@fovea/core/formats/formats'
import { Button, FileButton } from '@mantine/core'

const readable = Object.values(formats)
  .filter(({ decode }) => decode)
  .flatMap(({ extensions }) => extensions.map((extension) => `.${extension}`))
  .join(',')

export function UploadButton({ onFiles }: { onFiles(files: readonly File[]): void }) {
  return (
    <FileButton multiple accept={readable} onChange={onFiles}>
      {(props) => <Button {...props}>Upload</Button>}
    </FileButton>
  )
}
