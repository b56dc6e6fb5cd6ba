/** The picture with everything that is drawn over it, and beside it the panels that say and switch what that is. */
import type { StoredImage } from '@fovea/client/library'
import { type ReactNode, useMemo, useState } from 'react'
import { useChangeImage, usePictureFacts } from '../queries/image.ts'
import { inWords } from '../queries/in-words.ts'
import classes from './asset.module.css'
import { CrossHair } from './cross-hair.tsx'
import { CutPanel } from './cut-panel.tsx'
import { type CutShape, cutOf } from './cuts.ts'
import { FactsState } from './facts-state.tsx'
import { type FocalPoint, inPicture, middle } from './focal.ts'
import { FocalPanel } from './focal-panel.tsx'
import { Overlay } from './overlay.tsx'
import { sightsIn } from './sights.ts'
import { SightsPanel } from './sights-panel.tsx'
import { Stage } from './stage.tsx'
import { useShown } from './use-shown.ts'

export interface SeenProps {
  readonly project: string
  readonly image: StoredImage
  readonly mayChange: boolean
  /** What else is told of the image. */
  readonly children: ReactNode
}

export function Seen({ project, image, mayChange, children }: SeenProps) {
  const { data: facts, error, refetch } = usePictureFacts(project, image.id)
  const { mutate, isPending, error: notSaved } = useChangeImage(project, image.id)
  const { shown, show } = useShown()
  const [hovered, setHovered] = useState<string>()
  const [held, setHeld] = useState<string>()
  const [draft, setDraft] = useState<FocalPoint>()
  const [shape, setShape] = useState<CutShape>()
  const sights = useMemo(() => (facts === undefined ? [] : sightsIn(facts)), [facts])
  const highlighted = hovered ?? held
  const drawn = sights.filter(({ key, kind }) => {
    return key === highlighted || (kind === 'face' ? shown.faces : shown.subjects)
  })
  const save = () => draft && mutate({ focalPoint: draft }, { onSuccess: () => setDraft(undefined) })
  const pointing = { highlighted, held, onHover: setHovered, onHold: setHeld }
  const picture = {
    ...{ path: image.paths[0] ?? '', cdnUrl: image.urls.original ?? '', visibility: image.visibility },
    ...{ width: image.width, height: image.height, altText: image.altText },
  }
  return (
    <div className={classes.page}>
      <Stage
        project={project}
        image={picture}
        onPoint={draft === undefined ? undefined : (point) => setDraft(inPicture(point))}
      >
        {(scale) => (
          <>
            <Overlay
              size={image}
              scale={scale}
              sights={drawn}
              highlighted={highlighted}
              focalPoint={draft === undefined && shown.focalPoint ? image.focalPoint : undefined}
              cut={facts === undefined || shape === undefined ? undefined : cutOf(facts, shape)}
              onHover={setHovered}
            />
            {draft !== undefined && (
              <CrossHair point={draft} onMove={setDraft} onSave={save} onCancel={() => setDraft(undefined)} />
            )}
          </>
        )}
      </Stage>
      <div className={classes.side}>
        {facts === undefined && <FactsState error={error} onAgain={refetch} />}
        {facts?.faces !== undefined && (
          <SightsPanel
            title="Faces"
            none="No faces are seen."
            sights={sights.filter(({ kind }) => kind === 'face')}
            isShown={shown.faces}
            onShow={show('faces')}
            {...pointing}
          />
        )}
        {facts?.subjects !== undefined && (
          <SightsPanel
            title="Subjects"
            none="Nothing is recognised."
            sights={sights.filter(({ kind }) => kind === 'subject')}
            isShown={shown.subjects}
            onShow={show('subjects')}
            {...pointing}
          />
        )}
        {facts !== undefined && <CutPanel facts={facts} shape={shape} onShape={setShape} />}
        <FocalPanel
          point={image.focalPoint}
          draft={draft}
          isShown={shown.focalPoint}
          mayChange={mayChange}
          isSaving={isPending}
          failure={notSaved === null ? undefined : inWords(notSaved)}
          onShow={show('focalPoint')}
          onBegin={() => setDraft(image.focalPoint ?? middle)}
          onSave={save}
          onCancel={() => setDraft(undefined)}
          onClear={() => mutate({ focalPoint: null })}
        />
        {children}
      </div>
    </div>
  )
}
