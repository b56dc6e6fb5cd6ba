/**
 * Entry of a decoding child process: decodes strangers' bytes, so it has no network, no secrets and no future.
 *
 * Everything it needs comes over the IPC channel; everything it makes goes back the same way.
 */
import { serve } from './pool/serve.ts'

await serve(() => import('./run.ts'))
