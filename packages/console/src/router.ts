/** Every page and its address, below `/console`. A page is a file in `pages/` and a line here. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { ErrorPage } from './shell/error-page.tsx'
import { FirstProject } from './shell/first-project.tsx'
import { NotFound } from './shell/not-found.tsx'
import { ProjectFrame } from './shell/project-frame.tsx'
import { Shell } from './shell/shell.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: ErrorPage })

const home = createRoute({ getParentRoute: () => root, path: '/', component: FirstProject })

const project = createRoute({ getParentRoute: () => root, path: '/p/$project', component: ProjectFrame })

const library = createRoute({
  getParentRoute: () => project,
  path: '/library',
  component: lazyRouteComponent(() => import('./pages/library-page.tsx'), 'LibraryPage'),
  validateSearch: (search: Readonly<Record<string, unknown>>): { folder?: string; q?: string } => ({
    ...(isText(search.folder) ? { folder: search.folder } : {}),
    ...(isText(search.q) ? { q: search.q } : {}),
  }),
})

const asset = createRoute({
  getParentRoute: () => project,
  path: '/assets/$id',
  component: lazyRouteComponent(() => import('./pages/asset-page.tsx'), 'AssetPage'),
})

export const router = createRouter({
  routeTree: root.addChildren([home, project.addChildren([library, asset])]),
  basepath: '/console',
  defaultPreload: 'intent',
  defaultErrorComponent: ErrorPage,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
})

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
