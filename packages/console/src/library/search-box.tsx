/** Finds images by any part of a name, a text or a tag; the address follows what is typed. */
import { CloseButton, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'

/** A pause in typing, ms. */
const pauseMs = 250
/** As the API has it. */
const longest = 100

export function SearchBox({ text }: { readonly text: string }) {
  const [typed, setTyped] = useState(text)
  const navigate = useNavigate({ from: '/p/$project/library' })
  const search = useDebouncedCallback((wanted: string) => {
    const q = wanted.trim()
    // Going back leads out of the search, not through every letter of it.
    void navigate({
      to: '.',
      search: ({ folder }) => ({ ...(folder && { folder }), ...(q && { q }) }),
      replace: text !== '' && q !== '',
    })
  }, pauseMs)
  const type = (wanted: string) => {
    setTyped(wanted)
    search(wanted)
  }
  return (
    <search>
      <TextInput
        type="search"
        aria-label="Search pictures"
        placeholder="Search by name, text or tag"
        maxLength={longest}
        maw="32rem"
        size="md"
        value={typed}
        onChange={(event) => type(event.currentTarget.value)}
        rightSection={typed === '' ? null : <CloseButton aria-label="Clear" onClick={() => type('')} />}
      />
    </search>
  )
}
