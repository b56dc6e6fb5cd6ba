/** A short animation in the manner of the poster: an eye that looks around and blinks, for ever. */
import sharp from 'sharp'
import { smoothstep } from './noise.ts'

const side = 480
const frames = 36
const frameMs = 60

/** Renders the animation as a GIF of 480 × 480 px and 36 frames. */
export async function renderBlink(): Promise<Buffer> {
  const pages = await Promise.all(
    Array.from({ length: frames }, (_, index) =>
      sharp(Buffer.from(frameSvg(index / frames)))
        .removeAlpha()
        .raw()
        .toBuffer(),
    ),
  )
  return sharp(Buffer.concat(pages), {
    raw: { width: side, height: side * frames, channels: 3, pageHeight: side },
  })
    .gif({
      loop: 0,
      delay: Array.from({ length: frames }, () => frameMs),
      colours: 48,
      dither: 0,
      effort: 10,
    })
    .toBuffer()
}

/** One frame; `time` runs from 0 to 1 and the last frame meets the first. */
function frameSvg(time: number): string {
  const turn = 2 * Math.PI * time
  const lookX = 34 * Math.sin(turn)
  const lookY = 9 * Math.sin(turn * 2)
  const shut = smoothstep(0.46, 0.52, time) * (1 - smoothstep(0.54, 0.62, time))
  const lift = 118 * (1 - shut) + 2
  const lens = `M66 240Q240 ${240 - lift * 2} 414 240Q240 ${240 + lift * 2} 66 240Z`
  const spokes = Array.from({ length: 24 }, (_, index) => {
    const angle = (index / 24) * 2 * Math.PI + turn / 24
    const [x, y] = [Math.cos(angle), Math.sin(angle)]
    return `<path d="M${x * 46} ${y * 46}L${x * 68} ${y * 68}"/>`
  }).join('')
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}" viewBox="0 0 480 480">
    <clipPath id="lens"><path d="${lens}"/></clipPath>
    <rect width="480" height="240" fill="#e2542c"/>
    <rect y="240" width="480" height="240" fill="#1f6f8b"/>
    <path d="${lens}" fill="#f4ecdb"/>
    <g clip-path="url(#lens)"><g transform="translate(${240 + lookX} ${240 + lookY})">
      <circle r="82" fill="#f3b23c" stroke="#17202e" stroke-width="8"/>
      <g stroke="#17202e" stroke-width="4" stroke-linecap="round">${spokes}</g>
      <circle r="38" fill="#17202e"/><circle cx="14" cy="-16" r="11" fill="#f4ecdb"/>
    </g></g>
    <path d="${lens}" fill="none" stroke="#17202e" stroke-width="12" stroke-linejoin="round"/>
  </svg>`
}
