/**
 * The heading of a page: names the window, and takes the focus when somebody comes from another page, so that keyboards
 * and screen readers begin where the eye does. On the first page a browser has done that already.
 */
import { Title } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'

let isFirstPage = true

export function PageHeading({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} – Fovea`
  }, [title])
  useEffect(() => {
    // Twice on the first page where React looks for side effects.
    if (!isFirstPage) heading.current?.focus({ preventScroll: true })
    const timer = setTimeout(() => {
      isFirstPage = false
    })
    return () => clearTimeout(timer)
  }, [])
  return (
    <Title order={1} ref={heading} tabIndex={-1} size="h2">
      {children ?? title}
    </Title>
  )
}
