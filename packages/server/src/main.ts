/** The server process; `start.js` is how it is started, with its compiled code kept between starts. */
import { runServer } from './run-server.ts'

process.exitCode = await runServer(process.env)
