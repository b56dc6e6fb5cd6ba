/**
 * Cloudimage v7: `/cloudimage/{project}/[v7/]{origin}?w=400&func=crop`.
 *
 * Parameters have no order; they act in this one: cut, trim, flip and rotation, size, sharpening, filters, corners, the
 * colour under what can be seen through, watermark. Names that nobody knows are passed over (layers.ts); what each
 * documented one becomes stands in conformance.ts.
 */
import type { OperationInput } from '../../operations/index.ts'
import { canonicalPipeline, parsePipeline } from '../../pipeline/index.ts'
import type { ImageRequest } from '../../request/image-request.ts'
import type { Dialect, DialectContext, DialectSettings, DialectTarget, PresetBody } from '../define.ts'
import { downloadName } from '../download-name.ts'
import { presetNamed } from '../preset-text.ts'
import { checkMark, marked } from './account-mark.ts'
import { sourceOf, withoutVersion } from './address.ts'
import { flattened } from './background.ts'
import { rounded } from './corners.ts'
import { describe } from './describe.ts'
import { filters, sharpened } from './filters.ts'
import { type Layer, merged, readBody, readQuery } from './layers.ts'
import { isMark } from './names.ts'
import { savingOf } from './output.ts'
import { pathOf } from './path-pattern.ts'
import { checkWords } from './preset.ts'
import { cloudimageProblem } from './problem.ts'
import { CloudimageParameters } from './reader.ts'
import { accountOf, parseSettings, ruleFor } from './settings.ts'
import { readSigning } from './signing.ts'
import { isProxied, sizing } from './size.ts'
import { watermarks } from './watermark.ts'

export const cloudimage: Dialect<'cloudimage'> = Object.freeze({
  name: 'cloudimage',
  mount: 'cloudimage',
  parse,
  checkPreset,
  checkSettings,
  problem: cloudimageProblem,
  describe,
})

function parse(target: DialectTarget, context: DialectContext): ImageRequest {
  const raw = withoutVersion(target.path)
  const { signature: signed, sealed } = readSigning(raw, target.query)
  const url = readQuery(target.query)
  const inner = sealed === undefined ? undefined : readQuery(sealed)
  const source = sourceOf(raw, target.query, url.envelope.get('ci_url_encoded') === '1')
  const preset = inner?.envelope.get('p') ?? url.envelope.get('p')
  const named = preset === undefined ? undefined : readBody(presetNamed(preset, context.presets, 'Preset'))
  const account = accountOf(context.settings)
  // Beside a seal without a watermark anybody may write one.
  const isOpen = inner !== undefined && ![...inner.layer.keys()].some(isMark)
  const signature = signed !== undefined && isOpen ? { ...signed, sourceOnly: true as const } : signed
  const others = [named, url.layer, ruleFor(account, pathOf(source))].filter((layer) => layer !== undefined)
  const parameters = new CloudimageParameters(marked(merged({ sealed: inner?.layer, others }), account))
  const isAsIs = isProxied(parameters)
  const pipeline = parsePipeline(isAsIs ? [] : operationsOf(parameters, context), context.limits)
  const sendsWebp = account.sendsWebp && !isAsIs
  const { output, negotiated } = savingOf(parameters, { source, accept: target.accept, sendsWebp })
  const isInfo = parameters.flag('ci_info')
  return {
    source,
    decode: { orient: true, ...pageOf(parameters) },
    pipeline,
    output: isInfo
      ? { kind: 'metadata', dependsOn: { pipeline: canonicalPipeline(pipeline), format: output.format } }
      : output,
    ...(signature === undefined ? {} : { signature }),
    signatureRequired: false,
    delivery: {
      originalIfExact: isAsIs && !isInfo && !parameters.has('force_format'),
      immutable: false,
      negotiated,
      ...(preset === undefined ? {} : { preset }),
      ...(preset !== undefined && isOnlyPreset(url.layer) ? { presetOnly: true } : {}),
      ...(parameters.flag('force_download') ? { download: downloadName('', source, output) } : {}),
    },
  }
}

/** Everything in the order it acts. */
function operationsOf(
  parameters: CloudimageParameters,
  { isMarked = false }: DialectContext,
): readonly OperationInput[] {
  return [
    ...sizing(parameters),
    ...sharpened(parameters),
    ...filters(parameters),
    ...rounded(parameters),
    ...flattened(parameters),
    ...watermarks(parameters, isMarked),
  ]
}

function checkPreset(name: string, body: PresetBody, context: DialectContext): void {
  checkWords(name, body)
  checkLayer(readBody(body), context)
}

/** Whether what stands in a preset or a rule can be said at all. A watermark may come from elsewhere. */
function checkLayer(layer: Layer, context: DialectContext): void {
  const parameters = new CloudimageParameters(layer)
  pageOf(parameters)
  isProxied(parameters)
  savingOf(parameters, {
    source: { kind: 'asset', path: 'a', match: 'exact' },
    accept: 'none',
    sendsWebp: false,
  })
  parsePipeline(operationsOf(parameters, { ...context, isMarked: true }), context.limits)
}

function checkSettings(settings: unknown, context: DialectContext): DialectSettings {
  const body = parseSettings(settings)
  for (const { path, params } of body.rules) {
    checkWords(path, params)
    checkLayer(readBody(params), context)
  }
  if (body.watermark !== null) checkMark(body.watermark, context)
  return body
}

/** Clients say `org_if_sml=1` with everything. */
function isOnlyPreset(layer: Layer): boolean {
  return [...layer.keys()].every((name) => name === 'org_if_sml')
}

function pageOf(parameters: CloudimageParameters): { readonly page?: number } {
  const page = parameters.pixels('doc_page') ?? 1
  return page === 1 ? {} : { page }
}
