/** Chooses files to upload. */
import { Button, FileButton } from '@mantine/core'

export function UploadButton({ onFiles }: { onFiles(files: readonly File[]): void }) {
  return (
    <FileButton
      multiple
      accept="image/*,.heic,.heif,.jxl,.jp2,.psd,.raw,.dng,.cr2,.nef,.arw,.pdf"
      onChange={onFiles}
    >
      {(props) => <Button {...props}>Upload</Button>}
    </FileButton>
  )
}
