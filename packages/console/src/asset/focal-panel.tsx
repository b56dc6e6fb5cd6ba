/** Where the subject is, as somebody has said: seen, set, moved and cleared. */
import { Button, Group, Switch, Text } from '@mantine/core'
import { type FocalPoint, inWords } from './focal.ts'
import { Panel } from './panel.tsx'

export interface FocalPanelProps {
  readonly point: FocalPoint | undefined
  /** While it is being set: where it would be. */
  readonly draft: FocalPoint | undefined
  readonly isShown: boolean
  readonly mayChange: boolean
  readonly isSaving: boolean
  /** Why it could not be saved. */
  readonly failure: string | undefined
  onShow(isShown: boolean): void
  onBegin(): void
  onSave(): void
  onCancel(): void
  onClear(): void
}

export function FocalPanel({ point, draft, isShown, mayChange, isSaving, failure, ...on }: FocalPanelProps) {
  const told = draft ?? point
  return (
    <Panel
      title="Focal point"
      end={
        point !== undefined && (
          <Switch
            label="Show"
            labelPosition="left"
            aria-label="Focal point"
            checked={isShown}
            onChange={(event) => on.onShow(event.currentTarget.checked)}
          />
        )
      }
    >
      <Text role="status">
        {told === undefined ? 'Not set: cuts that name no place keep the middle.' : `${inWords(told)}.`}
      </Text>
      {draft !== undefined && (
        <Text c="dimmed" size="sm" id="focal-keys">
          Click the picture, or move it with the arrow keys, further with Shift. Enter saves, Escape leaves it
          as it was.
        </Text>
      )}
      {failure !== undefined && (
        <Text c="var(--bad)" role="alert">
          {failure}
        </Text>
      )}
      {mayChange && draft !== undefined && (
        <Group gap="xs">
          <Button onClick={on.onSave} loading={isSaving}>
            Save
          </Button>
          <Button variant="default" onClick={on.onCancel}>
            Cancel
          </Button>
        </Group>
      )}
      {mayChange && draft === undefined && (
        <Group gap="xs">
          <Button variant="default" onClick={on.onBegin}>
            {point === undefined ? 'Set it' : 'Move it'}
          </Button>
          {point !== undefined && (
            <Button variant="subtle" onClick={on.onClear} loading={isSaving}>
              Clear
            </Button>
          )}
        </Group>
      )}
    </Panel>
  )
}
