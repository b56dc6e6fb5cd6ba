/** What pages of the browser tests load. */
import { rolldown } from 'rolldown'

/** One script as pages load it, the exports of `input` in the global `client`. */
export async function browserScript(input: string): Promise<string> {
  const build = await rolldown({ input, platform: 'browser' })
  const { output } = await build.generate({ format: 'iife', name: 'client' })
  await build.close()
  return output[0].code
}
