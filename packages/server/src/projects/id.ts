/** Ids of rows: time-ordered ULIDs, with a word in front where people see them. */
import { monotonicFactory } from 'ulid'

const next = monotonicFactory()

type Prefix =
  | 'key'
  | 'preset'
  | 'origin'
  | 'team'
  | 'invitation'
  | 'notice'
  | 'webhook'
  | 'delivery'
  | 'message'
  | 'link'

/** `key_01JD…` with a prefix, a bare ULID without. */
export function newId<Id extends string>(prefix?: Prefix): Id {
  return (prefix === undefined ? next() : `${prefix}_${next().toLowerCase()}`) as Id
}
