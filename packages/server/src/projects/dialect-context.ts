/**
 * Project settings in the form a dialect reads, with the presets of that dialect alone. Made once per project object,
 * which is replaced when it changes.
 */
import type { DialectContext, DialectName, Limits } from '@fovea/core'
import type { Project } from './project.ts'

interface Known {
  readonly limits: Limits
  readonly byDialect: Map<DialectName, DialectContext>
}

const known = new WeakMap<Project, Known>()

export function dialectContext(project: Project, dialect: DialectName, limits: Limits): DialectContext {
  let remembered = known.get(project)
  if (remembered?.limits !== limits) {
    remembered = { limits, byDialect: new Map() }
    known.set(project, remembered)
  }
  const before = remembered.byDialect.get(dialect)
  if (before !== undefined) return before
  const { settings } = project
  const own = project.presets.filter((preset) => preset.dialect === dialect)
  const context: DialectContext = {
    limits,
    deliveryFormats: settings.deliveryFormats,
    presets: new Map(own.map(({ name, params }) => [name, params])),
    isMarked: settings.watermark !== null,
    ...(settings.dialects[dialect] === undefined ? {} : { settings: settings.dialects[dialect] }),
    ...(settings.defaultQuality === null ? {} : { defaultQuality: settings.defaultQuality }),
    ...(settings.defaultFitMode === null ? {} : { defaultFitMode: settings.defaultFitMode }),
    ...(settings.defaultMaxWidth === null ? {} : { defaultMaxWidth: settings.defaultMaxWidth }),
    ...(settings.defaultMaxHeight === null ? {} : { defaultMaxHeight: settings.defaultMaxHeight }),
  }
  remembered.byDialect.set(dialect, context)
  return context
}
