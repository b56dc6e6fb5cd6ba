/** Our mark, an eye: decoration beside the name, so screen readers pass it by. */
export const mark =
  '<svg viewBox="0 0 48 48" aria-hidden="true" focusable="false">' +
  '<path d="M3 24Q24 3 45 24Q24 45 3 24Z" fill="#f4ecdb" stroke="currentColor" stroke-width="2.5" stroke-linejoin="round"/>' +
  '<circle cx="24" cy="24" r="9" fill="#f3b23c" stroke="#17202e" stroke-width="2"/><circle cx="24" cy="24" r="4" fill="#17202e"/></svg>'
