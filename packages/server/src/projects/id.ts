/** Ids of rows: time-ordered ULIDs, with a word in front where people see them. */
import { monotonicFactory } from 'ulid'

const next = monotonicFactory()

/** `key_01JD…` with a prefix, a bare ULID without. */
export function newId<Id extends string>(
  prefix?: 'key' | 'preset' | 'origin' | 'team' | 'invitation' | 'link',
): Id {
  return (prefix === undefined ? next() : `${prefix}_${next().toLowerCase()}`) as Id
}
