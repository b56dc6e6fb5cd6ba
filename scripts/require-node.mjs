// Runs before every npm script. Plain JavaScript on purpose: it must be readable by the old Node it turns away.
const [major] = process.versions.node.split('.').map(Number)
if (major < 24) {
  console.error(
    `Fovea needs Node 24 or newer; this is Node ${process.versions.node} on ${process.platform}-${process.arch}. ` +
      'Run "npm ci" first (on Linux x64 and arm64 it brings Node 24 along), or install Node 24 yourself.',
  )
  process.exit(1)
}
