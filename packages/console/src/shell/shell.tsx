/** What every page has around it: a way past the header, the header, and the page itself. */
import { Outlet } from '@tanstack/react-router'
import { Suspense } from 'react'
import { usePerson } from '../queries/people.ts'
import { Header } from './header.tsx'
import classes from './shell.module.css'
import { Waiting } from './waiting.tsx'

export function Shell() {
  return (
    <Suspense fallback={<Waiting />}>
      <SignedIn />
    </Suspense>
  )
}

function SignedIn() {
  const person = usePerson()
  // On the way to the sign-in.
  if (person === undefined) return <Waiting />
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#main">
        Skip to the content
      </a>
      <Header person={person} />
      <main id="main" tabIndex={-1} className={classes.main}>
        <Suspense fallback={<Waiting />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  )
}
