/** Sends the letters of the operator's notices when their time has come. */
import type { App } from '../app.ts'
import { errorFields } from '../observe/index.ts'
import type { Running } from './running.ts'

/** Between two looks, ms. */
const everyMs = 60_000

export function startNotices({ database, mailer, config: { publicUrl }, log }: App): Running {
  let running: Promise<void> = Promise.resolve()
  const timer = setInterval(() => {
    running = look()
  }, everyMs).unref()

  async function look(): Promise<void> {
    try {
      const { NoticeService } = await import('../accounts/index.ts')
      await new NoticeService({ database, mailer, publicUrl }).sendDue()
    } catch (error) {
      log.error({ event: 'notices.failed', ...errorFields(error) })
    }
  }

  return {
    async stop() {
      clearInterval(timer)
      await running
    },
  }
}
