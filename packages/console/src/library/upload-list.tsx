/** What is being uploaded, file by file, and what became of it. */
import { Button, CloseButton, Group, Progress, Text } from '@mantine/core'
import classes from './library.module.css'
import type { Upload } from './use-uploads.ts'

export interface UploadListProps {
  readonly uploads: readonly Upload[]
  onReplace(upload: Upload): void
  onDismiss(upload: Upload): void
}

export function UploadList({ uploads, onReplace, onDismiss }: UploadListProps) {
  if (uploads.length === 0) return null
  return (
    <ul className={classes.uploads} aria-label="Uploads">
      {uploads.map((upload) => (
        <li key={upload.key} className={classes.upload}>
          <span className={classes.uploadName}>{upload.path}</span>
          <Group gap="xs" wrap="nowrap">
            {upload.state === 'taken' && (
              <Button size="compact-sm" variant="default" onClick={() => onReplace(upload)}>
                Replace it
              </Button>
            )}
            {isOver(upload) && (
              <CloseButton
                aria-label={`Take ${upload.path} off the list`}
                onClick={() => onDismiss(upload)}
              />
            )}
          </Group>
          {upload.state === 'sending' && (
            <Progress
              className={classes.bar ?? ''}
              value={upload.share * 100}
              aria-label={`Uploading ${upload.path}`}
            />
          )}
          <Text
            size="sm"
            c={upload.state === 'failed' ? 'var(--bad)' : 'dimmed'}
            role="status"
            className={classes.bar ?? ''}
          >
            {sentenceFor(upload)}
          </Text>
        </li>
      ))}
    </ul>
  )
}

function isOver({ state }: Upload): boolean {
  return state === 'done' || state === 'taken' || state === 'failed'
}

function sentenceFor({ state, share, reason }: Upload): string {
  if (state === 'waiting') return 'Waits for the others.'
  if (state === 'sending') return share < 1 ? `${Math.round(share * 100)} %` : 'The server is looking at it.'
  if (state === 'done') return 'Uploaded.'
  if (state === 'taken') return 'There is a picture of this name. It would get a new version.'
  return reason ?? ''
}
