/** How wide a list is and where in the document it begins, px; followed while the page around it changes. */
import { useLayoutEffect, useRef, useState } from 'react'

export function useListPlace() {
  const ref = useRef<HTMLUListElement>(null)
  const [place, setPlace] = useState({ width: 0, top: 0 })
  useLayoutEffect(() => {
    const list = ref.current
    if (list === null) return
    const look = () => {
      const { width, top } = list.getBoundingClientRect()
      const inDocument = Math.round(top + window.scrollY)
      setPlace((old) => (old.width === width && old.top === inDocument ? old : { width, top: inDocument }))
    }
    look()
    const observer = new ResizeObserver(look)
    observer.observe(list)
    // What is above may grow, and moves it.
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [])
  return { ref, ...place }
}
