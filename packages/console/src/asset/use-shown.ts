/** What is drawn over pictures, remembered in this browser. */
import { useLocalStorage } from '@mantine/hooks'

export type Layer = 'faces' | 'subjects' | 'focalPoint'

const all: Readonly<Record<Layer, boolean>> = { faces: true, subjects: true, focalPoint: true }

export function useShown() {
  const [shown, setShown] = useLocalStorage({
    key: 'fovea-shown',
    defaultValue: all,
    getInitialValueInEffect: false,
  })
  const show = (layer: Layer) => (isShown: boolean) => setShown((old) => ({ ...old, [layer]: isShown }))
  return { shown: { ...all, ...shown }, show }
}
