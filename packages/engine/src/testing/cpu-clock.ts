/**
 * What this process has computed since it was started, in ms: a bound on it finds a loop without end on a busy machine
 * as on an idle one.
 */
export function cpuClock(): () => number {
  const before = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  }
}
