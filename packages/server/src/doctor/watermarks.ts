/** Projects that show no pictures because the watermark that each of them must carry is gone. */

/** Runs a statement with `?` for its values. */
export type Ask = (statement: string, values: readonly string[]) => Promise<readonly unknown[]>

/** A sentence per project, for people. */
export async function lostWatermarks(ask: Ask): Promise<readonly string[]> {
  const projects = (await ask('select id, slug, settings from projects where settings like ?', [
    '%"watermark":{%',
  ])) as readonly { readonly id: string; readonly slug: string; readonly settings: string }[]
  const lost: string[] = []
  for (const { id, slug, settings } of projects) {
    const { watermark } = JSON.parse(settings) as { watermark?: { picture?: { asset?: string } } | null }
    const path = watermark?.picture?.asset
    if (path === undefined) continue
    const found = await ask('select path from assets where project_id = ? and path = ?', [id, path])
    if (found.length === 0) lost.push(`"${slug}" shows no pictures: its watermark ${path} has been deleted`)
  }
  return lost
}
