/** Which part of the picture a smart crop of a shape would keep. */
import type { PictureFacts } from '@fovea/client/facts'
import { SegmentedControl, Text } from '@mantine/core'
import classes from './asset.module.css'
import { type CutShape, cutOf, cutShapes } from './cuts.ts'
import { Panel } from './panel.tsx'

export interface CutPanelProps {
  readonly facts: PictureFacts
  readonly shape: CutShape | undefined
  onShape(shape: CutShape | undefined): void
}

export function CutPanel({ facts, shape, onShape }: CutPanelProps) {
  return (
    <Panel title="Smart crop">
      <SegmentedControl
        fullWidth
        transitionDuration={0}
        classNames={{ root: classes.shapes ?? '', label: classes.shape ?? '' }}
        aria-label="Shape of the crop"
        data={['None', ...cutShapes]}
        value={shape ?? 'None'}
        onChange={(value) => onShape(cutShapes.find((each) => each === value))}
      />
      {shape !== undefined && (
        <Text c="dimmed" size="sm" role="status">
          {sentenceFor(facts, shape)}
        </Text>
      )}
    </Panel>
  )
}

function sentenceFor(facts: PictureFacts, shape: CutShape): string {
  const cut = cutOf(facts, shape)
  if (cut === undefined) return 'Nothing is seen here to cut around: it would lie where the eye is drawn.'
  return `Keeps ${cut.width} × ${cut.height} px at ${cut.left}, ${cut.top}.`
}
