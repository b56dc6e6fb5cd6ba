/** What nobody should see on a screen or in a list of processes: asked on the terminal without echo, or piped in. */
import { createInterface } from 'node:readline'
import { Interrupted } from '../exit-code.ts'

/** One line. Where nobody can be asked, the first line of standard input. @throws Interrupted by Ctrl-C */
export function secretInput(question: string): Promise<string> {
  const { stdin, stderr } = process
  const isAsked = stdin.isTTY === true
  if (isAsked) stderr.write(question)
  // Without an output readline shows nothing of what is typed.
  const lines = createInterface({ input: stdin, terminal: isAsked })
  return new Promise((resolve, reject) => {
    // Without a listener readline would end the line as if it were empty.
    lines.once('SIGINT', () => {
      reject(new Interrupted())
      lines.close()
    })
    lines.once('line', (line) => {
      resolve(line)
      lines.close()
    })
    lines.once('close', () => {
      if (isAsked) stderr.write('\n')
      resolve('')
    })
  })
}
