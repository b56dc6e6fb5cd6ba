/** The folders in a folder. */
import type { LibraryFolder } from '@fovea/client/library'
import { Link } from '@tanstack/react-router'
import { joined } from '../format/path.ts'
import classes from './library.module.css'

export function FolderList({
  folders,
  within,
}: {
  readonly folders: readonly LibraryFolder[]
  readonly within: string
}) {
  if (folders.length === 0) return null
  return (
    <ul className={classes.folders} aria-label="Folders">
      {folders.map(({ name, imageCount }) => (
        <li key={name}>
          <Link
            from="/p/$project/library"
            to="/p/$project/library"
            search={{ folder: joined(within, name) }}
            className={classes.folder}
          >
            <FolderIcon />
            <span className={classes.folderName}>{name}</span>
            <span className={classes.count}>
              {imageCount.toLocaleString('en')}
              <span className={classes.hidden}> {imageCount === 1 ? 'picture' : 'pictures'}</span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}

function FolderIcon() {
  return (
    <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" focusable="false">
      <path
        d="M3 7a2 2 0 0 1 2-2h4l2 2.5h8a2 2 0 0 1 2 2V17a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z"
        fill="#f3b23c"
        stroke="#8a5a00"
        strokeWidth="1.2"
      />
    </svg>
  )
}
