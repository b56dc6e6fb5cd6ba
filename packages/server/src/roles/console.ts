/** The console of the `api` role: its files, and their build where this process is to see to it. */
import type { App } from '../app.ts'
import type { ConsoleBuild, ConsoleFiles } from '../console/index.ts'

/** After the start, when the first requests have been answered, ms. */
const buildAfterMs = 5_000

interface ConsoleParts {
  readonly consoleBuild: ConsoleBuild
  readonly consoleFiles: ConsoleFiles
}

export interface RunningConsole {
  /** Loaded when they are first wanted. */
  parts(): Promise<ConsoleParts>
  stop(): void
}

export function startConsole({ config, log }: Pick<App, 'config' | 'log'>): RunningConsole {
  const isWanted = config.FOVEA_BUILD_CONSOLE
  let loaded: Promise<ConsoleParts> | undefined
  const parts = () => {
    loaded ??= import('../console/index.ts').then(({ ConsoleBuild, ConsoleFiles }) => ({
      consoleBuild: new ConsoleBuild({ log, isWanted }),
      consoleFiles: new ConsoleFiles(),
    }))
    return loaded
  }
  const begin = async () => (await parts()).consoleBuild.begin()
  const timer = isWanted ? setTimeout(() => void begin(), buildAfterMs).unref() : undefined
  return {
    parts,
    stop() {
      clearTimeout(timer)
      void loaded?.then(({ consoleBuild }) => consoleBuild.stop())
    },
  }
}
