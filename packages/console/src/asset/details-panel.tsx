/** What is known of the file. */
import type { StoredImage } from '@fovea/client/library'
import { bytesInWords } from '../format/bytes.ts'
import classes from './asset.module.css'
import { Panel } from './panel.tsx'

export function DetailsPanel({ image }: { readonly image: StoredImage }) {
  const { paths, originalFilename, width, height, mimeType, size, uploadedAt, visibility } = image
  const rows: readonly (readonly [string, string])[] = [
    [paths.length === 1 ? 'Path' : 'Paths', paths.join('\n')],
    ['File name', originalFilename],
    ['Size', `${width.toLocaleString('en')} × ${height.toLocaleString('en')} px`],
    ['Format', mimeType.replace(/^image\//, '').toUpperCase()],
    ['Bytes', bytesInWords(size)],
    ['Uploaded', uploadedAt.toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' })],
    ['Visibility', visibility],
  ]
  return (
    <Panel title="Details">
      <dl className={classes.details}>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  )
}
