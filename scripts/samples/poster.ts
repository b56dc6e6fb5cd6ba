/** An exhibition poster: two circles whose overlap is an eye, and lettering drawn stroke by stroke. */
import sharp from 'sharp'
import { lettering, letteringWidth } from './lettering.ts'

const width = 1600
const height = 2240
const paper = '#f4ecdb'
const ink = '#17202e'
const red = '#e2542c'
const blue = '#1f6f8b'
const yellow = '#f3b23c'

/** Renders the poster as a PNG of 1600 × 2240 px. */
export function renderPoster(): Promise<Buffer> {
  return sharp(Buffer.from(posterSvg())).png({ compressionLevel: 9, effort: 10 }).toBuffer()
}

function posterSvg(): string {
  const margin = 120
  const titlePen = 62
  const title = { height: 316, pen: titlePen, tracking: 0 }
  const tracking = (width - 2 * margin - letteringWidth('FOVEA', title)) / 4
  const small = { height: 34, pen: 5, tracking: 9 }
  const line = (text: string, x: number, y: number, align: 'start' | 'end') =>
    lettering(text, { ...small, x, y, align, color: ink })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
    <rect width="${width}" height="${height}" fill="${paper}"/>
    ${line('PICTURES IN LIGHT', margin, margin, 'start')}
    ${line('HALL 7', width - margin, margin, 'end')}
    ${eye(width / 2, 880)}
    ${lettering('FOVEA', { ...title, tracking, x: margin, y: 1640, color: ink })}
    <rect x="${margin}" y="2012" width="${width - 2 * margin}" height="6" rx="3" fill="${ink}"/>
    ${line('WHERE SEEING IS SHARPEST', margin, 2062, 'start')}
    ${line('12 MAY – 30 SEPTEMBER', width - margin, 2062, 'end')}
  </svg>`
}

/** Upper and lower lid are the arcs of two circles of one size, `apart` from each other. */
function eye(cx: number, cy: number): string {
  const radius = 470
  const apart = 208
  const half = Math.sqrt(radius * radius - apart * apart)
  const lens = `M${cx - half} ${cy}A${radius} ${radius} 0 0 1 ${cx + half} ${cy}A${radius} ${radius} 0 0 1 ${cx - half} ${cy}Z`
  return `
    <clipPath id="lens"><path d="${lens}"/></clipPath>
    <circle cx="${cx}" cy="${cy - apart}" r="${radius}" fill="${red}"/>
    <circle cx="${cx}" cy="${cy + apart}" r="${radius}" fill="${blue}"/>
    <path d="${lens}" fill="${paper}"/>
    <g clip-path="url(#lens)">
      <circle cx="${cx}" cy="${cy}" r="236" fill="${yellow}"/>
      ${fibres(cx, cy)}
      <circle cx="${cx}" cy="${cy}" r="236" fill="none" stroke="${ink}" stroke-width="14"/>
      <circle cx="${cx}" cy="${cy}" r="112" fill="${ink}"/>
      <circle cx="${cx + 42}" cy="${cy - 46}" r="30" fill="${paper}"/>
    </g>`
}

/** Spokes of the iris: fine detail that a scaled copy has to keep. */
function fibres(cx: number, cy: number): string {
  const count = 72
  return Array.from({ length: count }, (_, index) => {
    const angle = (index / count) * 2 * Math.PI
    const inner = 132 + (index % 3) * 14
    const outer = 212 - (index % 2) * 22
    const at = (radius: number) =>
      `${(cx + radius * Math.cos(angle)).toFixed(2)} ${(cy + radius * Math.sin(angle)).toFixed(2)}`
    const color = index % 3 === 0 ? red : ink
    return `<path d="M${at(inner)}L${at(outer)}" stroke="${color}" stroke-width="5" stroke-linecap="round"/>`
  }).join('')
}
