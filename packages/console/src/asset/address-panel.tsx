/** The delivery address, to be taken along, in the format of one's choice. */
import type { StoredImage } from '@fovea/client/library'
import { Button, CopyButton, Group, NativeSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { Panel } from './panel.tsx'

export function AddressPanel({ urls }: Pick<StoredImage, 'urls'>) {
  const [format, setFormat] = useState('original')
  const address = urls[format] ?? ''
  return (
    <Panel title="Address">
      <TextInput
        aria-label="Address"
        readOnly
        value={address}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Group gap="xs" wrap="nowrap">
        <NativeSelect
          aria-label="Format"
          flex={1}
          data={Object.keys(urls).map((name) => ({
            value: name,
            label: name === 'original' ? 'As stored' : `As ${name.toUpperCase()}`,
          }))}
          value={format}
          onChange={(event) => setFormat(event.currentTarget.value)}
        />
        <CopyButton value={address}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy} miw="6.5rem">
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Panel>
  )
}
