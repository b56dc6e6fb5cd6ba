/** Project settings in the form a dialect reads; made once per project object, which is replaced when it changes. */
import type { DialectContext, Limits } from '@fovea/core'
import type { Project } from '../projects/project.ts'

const known = new WeakMap<Project, { readonly limits: Limits; readonly context: DialectContext }>()

export function dialectContext(project: Project, limits: Limits): DialectContext {
  const remembered = known.get(project)
  if (remembered?.limits === limits) return remembered.context
  const { settings } = project
  const context: DialectContext = {
    limits,
    deliveryFormats: settings.deliveryFormats,
    presets: new Map([...project.presets].map(([name, preset]) => [name, preset.params])),
    ...(settings.defaultQuality === null ? {} : { defaultQuality: settings.defaultQuality }),
    ...(settings.defaultFitMode === null ? {} : { defaultFitMode: settings.defaultFitMode }),
    ...(settings.defaultMaxWidth === null ? {} : { defaultMaxWidth: settings.defaultMaxWidth }),
    ...(settings.defaultMaxHeight === null ? {} : { defaultMaxHeight: settings.defaultMaxHeight }),
  }
  known.set(project, { limits, context })
  return context
}
