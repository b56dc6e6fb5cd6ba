/** While a page is on its way. */
import { Loader } from '@mantine/core'
import classes from './shell.module.css'

export function Waiting({ what = 'Loading' }: { readonly what?: string }) {
  return (
    <div className={classes.waiting} role="status">
      <Loader aria-label={what} />
    </div>
  )
}
