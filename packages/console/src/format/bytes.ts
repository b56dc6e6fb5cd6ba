/** Sizes of files as people read them: powers of 1000, as disks are sold, and at most one decimal. */
const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

export function bytesInWords(bytes: number): string {
  const power = Math.min(units.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  const options = {
    style: 'unit',
    unit: units[power] ?? 'byte',
    unitDisplay: power === 0 ? 'long' : 'short',
  } as const
  return new Intl.NumberFormat('en', {
    ...options,
    maximumFractionDigits: value < 10 && power > 0 ? 1 : 0,
  }).format(value)
}
