/** There is nothing to show, and why. */
import { Center, Text } from '@mantine/core'
import classes from './library.module.css'

export function Empty({ children }: { readonly children: string }) {
  return (
    <Center className={classes.empty ?? ''}>
      <Text role="status">{children}</Text>
    </Center>
  )
}
