/**
 * Imported first by each decoding child of a server under test (`FOVEA_WORKER_PRELOAD`): turns signals into the
 * faults a hostile picture could cause. SIGUSR2 spins for ever, SIGHUP allocates and touches 20 GB.
 */
process.on('SIGUSR2', () => {
  for (;;) {
    // A decoder that never comes back.
  }
})

process.on('SIGHUP', () => {
  const held: Buffer[] = []
  for (let allocated = 0; allocated < 20 * 2 ** 30; allocated += 64 * 2 ** 20)
    held.push(Buffer.alloc(64 * 2 ** 20, 1))
  process.stderr.write(`held ${held.length} blocks\n`)
})
