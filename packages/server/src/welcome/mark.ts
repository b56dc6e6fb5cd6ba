/** Our mark, an eye. */
const drawing =
  '<path d="M3 24Q24 3 45 24Q24 45 3 24Z" fill="#f4ecdb" stroke="currentColor" stroke-width="2.5" stroke-linejoin="round"/>' +
  '<circle cx="24" cy="24" r="9" fill="#f3b23c" stroke="#17202e" stroke-width="2"/><circle cx="24" cy="24" r="4" fill="#17202e"/></svg>'

/** Decoration beside the name, so screen readers pass it by. */
export const mark = `<svg viewBox="0 0 48 48" aria-hidden="true" focusable="false">${drawing}`

/** A file of its own, for the tabs of browsers. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" color="#b93f1b">${drawing}`

/** In the head of every page. */
export const iconLink = '<link rel="icon" href="/favicon.svg" type="image/svg+xml">'
