/** Faces or subjects, one by one, with a switch that draws them over the picture. */
import { Switch, Text } from '@mantine/core'
import classes from './asset.module.css'
import { Panel } from './panel.tsx'
import type { Box, Sight } from './sights.ts'

export interface SightsPanelProps {
  readonly title: string
  readonly sights: readonly Sight[]
  /** Said where there are none. */
  readonly none: string
  readonly isShown: boolean
  readonly highlighted: string | undefined
  /** Key of the one that stays highlighted. */
  readonly held: string | undefined
  onShow(isShown: boolean): void
  onHover(key: string | undefined): void
  onHold(key: string | undefined): void
}

export function SightsPanel({ title, sights, none, isShown, highlighted, held, ...on }: SightsPanelProps) {
  return (
    <Panel
      title={title}
      end={
        sights.length > 0 && (
          <Switch
            label="Show"
            labelPosition="left"
            aria-label={title}
            checked={isShown}
            onChange={(event) => on.onShow(event.currentTarget.checked)}
          />
        )
      }
    >
      {sights.length === 0 ? (
        <Text c="dimmed">{none}</Text>
      ) : (
        <ul className={classes.sights} aria-label={title}>
          {sights.map(({ key, kind, name, score, box }) => (
            <li key={key}>
              <button
                type="button"
                className={classes.entry}
                data-kind={kind}
                data-highlighted={key === highlighted || undefined}
                aria-pressed={key === held}
                onPointerEnter={() => on.onHover(key)}
                onPointerLeave={() => on.onHover(undefined)}
                onFocus={() => on.onHover(key)}
                onBlur={() => on.onHover(undefined)}
                onClick={() => on.onHold(key === held ? undefined : key)}
              >
                <span className={classes.entryName}>{name}</span>
                <span className={classes.score}>{Math.round(score * 100)} %</span>
                <span className={classes.numbers}>{placeInWords(box)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function placeInWords({ left, top, width, height }: Box): string {
  return `${width} × ${height} px at ${left}, ${top}`
}
