/** A part of what stands beside a picture, under its heading. */
import { Group, Stack, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './asset.module.css'

export interface PanelProps {
  readonly title: string
  /** At the other end of the heading's line. */
  readonly end?: ReactNode
  readonly children: ReactNode
}

export function Panel({ title, end, children }: PanelProps) {
  return (
    <section className={classes.panel} aria-label={title}>
      <Stack gap="sm">
        <Group justify="space-between" mih="1.75rem">
          <Title order={2} size="h5">
            {title}
          </Title>
          {end}
        </Group>
        {children}
      </Stack>
    </section>
  )
}
