/** The server process; `start.js` is how it is started, with its compiled code kept between starts. */
import { runServer } from './run-server.ts'

const exitCode = await runServer(process.env)
// A start that failed half-way leaves the database open, which would keep the process; an orderly stop leaves nothing.
if (exitCode === 0) process.exitCode = 0
else process.exit(exitCode)
