/** Our mark, an eye; the name stands beside it. */
export function Mark({ size = 32 }: { readonly size?: number }) {
  return (
    <svg viewBox="0 0 48 48" width={size} height={size} aria-hidden="true" focusable="false">
      <path
        d="M3 24Q24 3 45 24Q24 45 3 24Z"
        fill="#f4ecdb"
        stroke="currentColor"
        strokeWidth="2.5"
        strokeLinejoin="round"
      />
      <circle cx="24" cy="24" r="9" fill="#f3b23c" stroke="#17202e" strokeWidth="2" />
      <circle cx="24" cy="24" r="4" fill="#17202e" />
    </svg>
  )
}
