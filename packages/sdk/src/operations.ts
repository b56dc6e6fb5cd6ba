/**
 * What can be asked of a picture, operation by operation.
 *
 * Generated from packages/core/src/operations by scripts/docs.ts. Do not edit; run: node scripts/docs.ts
 */

/** Scale the image to a width, a height or a box. */
export interface ResizeOptions {
  /** Width of the box; alone, the height follows (whole number, 1 to 1000000 px, or percent of the side such as 50%) */
  readonly width?: number | string | undefined
  /** Height of the box; alone, the width follows (whole number, 1 to 1000000 px, or percent of the side such as 50%) */
  readonly height?: number | string | undefined
  /** Aspect of the box, width:height, from which the missing side follows; alone, the largest inside the image */
  readonly aspect?: string | undefined
  /** How the image meets the box; auto covers it when both lie the same way and else fits inside; default: cover */
  readonly fit?: 'cover' | 'contain' | 'fill' | 'inside' | 'outside' | 'auto' | undefined
  /** What cover keeps and where contain places the image; focal-point: its own, else the centre (center, top, bottom, left, right, top-left, top-right, bottom-left, bottom-right, attention, entropy, faces, subject, focal-point, a point { x, y } of 0 to 1, a pixel { left, top }, or things { labels }: a list of face and the words of COCO, such as dog); default: focal-point */
  readonly position?: 'center' | 'top' | 'bottom' | 'left' | 'right' | 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right' | 'attention' | 'entropy' | 'faces' | 'subject' | 'focal-point' | { readonly x: number; readonly y: number } | { readonly left: number; readonly top: number } | { readonly labels: readonly ('face' | 'person' | 'bicycle' | 'car' | 'motorcycle' | 'airplane' | 'bus' | 'train' | 'truck' | 'boat' | 'traffic light' | 'fire hydrant' | 'stop sign' | 'parking meter' | 'bench' | 'bird' | 'cat' | 'dog' | 'horse' | 'sheep' | 'cow' | 'elephant' | 'bear' | 'zebra' | 'giraffe' | 'backpack' | 'umbrella' | 'handbag' | 'tie' | 'suitcase' | 'frisbee' | 'skis' | 'snowboard' | 'sports ball' | 'kite' | 'baseball bat' | 'baseball glove' | 'skateboard' | 'surfboard' | 'tennis racket' | 'bottle' | 'wine glass' | 'cup' | 'fork' | 'knife' | 'spoon' | 'bowl' | 'banana' | 'apple' | 'sandwich' | 'orange' | 'broccoli' | 'carrot' | 'hot dog' | 'pizza' | 'donut' | 'cake' | 'chair' | 'couch' | 'potted plant' | 'bed' | 'dining table' | 'toilet' | 'tv' | 'laptop' | 'mouse' | 'remote' | 'keyboard' | 'cell phone' | 'microwave' | 'oven' | 'toaster' | 'sink' | 'refrigerator' | 'book' | 'clock' | 'vase' | 'scissors' | 'teddy bear' | 'hair drier' | 'toothbrush')[] } | undefined
  /** Colour beside the image (CSS colour, or dominant for that of the image) */
  readonly background?: string | undefined
  /** What lies beside the image: the colour, its outermost pixels, its reflection, a blurred copy; default: color */
  readonly fill?: 'color' | 'copy' | 'mirror' | 'blur' | undefined
  /** Sigma of the blurred copy; a fortieth of the longer side when absent (number, 0.3 to 1000 px) */
  readonly fillBlur?: number | undefined
  /** How much of the blurred copy shows; the rest is background (number, 0 to 1); default: 1 */
  readonly fillOpacity?: number | undefined
  /** Whether the image may grow; default: true */
  readonly upscale?: boolean | undefined
  /** Whether the image may shrink; default: true */
  readonly downscale?: boolean | undefined
  /** Without upscale: go as far as possible; keep the image as it is when a side of the box is longer than its own; or refuse what would have to grow; default: fit */
  readonly whenSmaller?: 'fit' | 'keep' | 'refuse' | undefined
  /** Least width of the result; cover, contain and fill raise the box, the others scale (whole number, 1 to 1000000 px) */
  readonly minWidth?: number | undefined
  /** Least height of the result (whole number, 1 to 1000000 px) */
  readonly minHeight?: number | undefined
  /** Greatest width of the result, unless a least side asks for more (whole number, 1 to 1000000 px) */
  readonly maxWidth?: number | undefined
  /** Greatest height of the result, unless a least side asks for more (whole number, 1 to 1000000 px) */
  readonly maxHeight?: number | undefined
  /** How pixels are weighed when scaling; default: lanczos3 */
  readonly kernel?: 'nearest' | 'linear' | 'cubic' | 'mitchell' | 'lanczos2' | 'lanczos3' | undefined
}

/** Cut a box out of the image. */
export interface CropOptions {
  /** From the left edge of the image to that of the box (whole number, 0 to 1000000 px, or percent of the side such as 50%) */
  readonly left?: number | string | undefined
  /** From the top edge of the image to that of the box (whole number, 0 to 1000000 px, or percent of the side such as 50%) */
  readonly top?: number | string | undefined
  /** From the right edge of the box to that of the image (whole number, 0 to 1000000 px, or percent of the side such as 50%) */
  readonly right?: number | string | undefined
  /** From the bottom edge of the box to that of the image (whole number, 0 to 1000000 px, or percent of the side such as 50%) */
  readonly bottom?: number | string | undefined
  /** Width of the box; without left and right, position places it (whole number, 1 to 1000000 px, or percent of the side such as 50%) */
  readonly width?: number | string | undefined
  /** Height of the box; without top and bottom, position places it (whole number, 1 to 1000000 px, or percent of the side such as 50%) */
  readonly height?: number | string | undefined
  /** Cut the largest box of this width:height instead */
  readonly aspect?: string | undefined
  /** Beside aspect: an image between the two keeps its own, any other gets the nearer one */
  readonly aspectTo?: string | undefined
  /** Cut a box this many times smaller: than that of the aspect, or than the image (number, 1 to 100); default: 1 */
  readonly zoom?: number | undefined
  /** Where the box lies when its edges do not say it; focal-point: around that of the image, else the centre (center, top, bottom, left, right, top-left, top-right, bottom-left, bottom-right, attention, entropy, faces, subject, focal-point, a point { x, y } of 0 to 1, a pixel { left, top }, or things { labels }: a list of face and the words of COCO, such as dog); default: focal-point */
  readonly position?: 'center' | 'top' | 'bottom' | 'left' | 'right' | 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right' | 'attention' | 'entropy' | 'faces' | 'subject' | 'focal-point' | { readonly x: number; readonly y: number } | { readonly left: number; readonly top: number } | { readonly labels: readonly ('face' | 'person' | 'bicycle' | 'car' | 'motorcycle' | 'airplane' | 'bus' | 'train' | 'truck' | 'boat' | 'traffic light' | 'fire hydrant' | 'stop sign' | 'parking meter' | 'bench' | 'bird' | 'cat' | 'dog' | 'horse' | 'sheep' | 'cow' | 'elephant' | 'bear' | 'zebra' | 'giraffe' | 'backpack' | 'umbrella' | 'handbag' | 'tie' | 'suitcase' | 'frisbee' | 'skis' | 'snowboard' | 'sports ball' | 'kite' | 'baseball bat' | 'baseball glove' | 'skateboard' | 'surfboard' | 'tennis racket' | 'bottle' | 'wine glass' | 'cup' | 'fork' | 'knife' | 'spoon' | 'bowl' | 'banana' | 'apple' | 'sandwich' | 'orange' | 'broccoli' | 'carrot' | 'hot dog' | 'pizza' | 'donut' | 'cake' | 'chair' | 'couch' | 'potted plant' | 'bed' | 'dining table' | 'toilet' | 'tv' | 'laptop' | 'mouse' | 'remote' | 'keyboard' | 'cell phone' | 'microwave' | 'oven' | 'toaster' | 'sink' | 'refrigerator' | 'book' | 'clock' | 'vase' | 'scissors' | 'teddy bear' | 'hair drier' | 'toothbrush')[] } | undefined
  /** Moves a box at the right to the left, any other to the right; not past an edge (whole number, -1000000 to 1000000 px, or percent of the side such as 50%) */
  readonly offsetX?: number | string | undefined
  /** Moves a box at the bottom up, any other down; not past an edge (whole number, -1000000 to 1000000 px, or percent of the side such as 50%) */
  readonly offsetY?: number | string | undefined
  /** What happens when the box reaches beyond the image; default: refuse */
  readonly outside?: 'refuse' | 'clip' | undefined
}

/** Cut the image to a size or a shape around what it is about. */
export interface SmartCropOptions {
  /** Width of the result, which is scaled to it (whole number, 1 to 1000000 px) */
  readonly width?: number | undefined
  /** Height of the result, which is scaled to it (whole number, 1 to 1000000 px) */
  readonly height?: number | undefined
  /** Width:height of the cut, which is not scaled */
  readonly aspect?: string | undefined
  /** What the cut is for; any: faces before people, animals, things and what stands out; default: any */
  readonly subject?: 'any' | 'face' | 'person' | 'animal' | 'object' | undefined
  /** Only what is known by one of these names: words of COCO such as dog */
  readonly labels?: readonly ('face' | 'person' | 'bicycle' | 'car' | 'motorcycle' | 'airplane' | 'bus' | 'train' | 'truck' | 'boat' | 'traffic light' | 'fire hydrant' | 'stop sign' | 'parking meter' | 'bench' | 'bird' | 'cat' | 'dog' | 'horse' | 'sheep' | 'cow' | 'elephant' | 'bear' | 'zebra' | 'giraffe' | 'backpack' | 'umbrella' | 'handbag' | 'tie' | 'suitcase' | 'frisbee' | 'skis' | 'snowboard' | 'sports ball' | 'kite' | 'baseball bat' | 'baseball glove' | 'skateboard' | 'surfboard' | 'tennis racket' | 'bottle' | 'wine glass' | 'cup' | 'fork' | 'knife' | 'spoon' | 'bowl' | 'banana' | 'apple' | 'sandwich' | 'orange' | 'broccoli' | 'carrot' | 'hot dog' | 'pizza' | 'donut' | 'cake' | 'chair' | 'couch' | 'potted plant' | 'bed' | 'dining table' | 'toilet' | 'tv' | 'laptop' | 'mouse' | 'remote' | 'keyboard' | 'cell phone' | 'microwave' | 'oven' | 'toaster' | 'sink' | 'refrigerator' | 'book' | 'clock' | 'vase' | 'scissors' | 'teddy bear' | 'hair drier' | 'toothbrush')[] | undefined
  /** Only this one of them, the surest first; all of them where there are fewer (whole number, 1 to 1000) */
  readonly index?: number | undefined
  /** From the largest cut (0) to the one just around the subject (1) (number, 0 to 1); default: 0 */
  readonly tightness?: number | undefined
  /** Room on each side of the subject, in parts of its own sides (number, 0 to 10); default: 0 */
  readonly padding?: number | undefined
  /** Where the cut lies where nothing is found; default: attention */
  readonly otherwise?: 'center' | 'top' | 'bottom' | 'left' | 'right' | 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right' | 'attention' | 'entropy' | 'focal-point' | undefined
}

/** Make faces, or whole people, unrecognisable. */
export interface BlurFacesOptions {
  /** What is found and hidden; default: faces */
  readonly what?: 'faces' | 'people' | undefined
  /** Softly, or in square blocks; default: blur */
  readonly how?: 'blur' | 'pixelate' | undefined
  /** At 1 a face keeps six blocks along its longer side, too few to know anybody; at 3 two (number, 1 to 6); default: 1.5 */
  readonly strength?: number | undefined
  /** Room on each side that is hidden too, in parts of the sides of what was found (number, 0 to 2); default: 0.2 */
  readonly padding?: number | undefined
}

/** Turn the image clockwise. */
export interface RotateOptions {
  /** Clockwise angle (number, -3600 to 3600 degrees) */
  readonly angle: number
  /** Colour of the corners when the angle is not a quarter turn (CSS colour, or dominant for that of the image) */
  readonly background?: string | undefined
  /** At other angles: the canvas grows, or the image is enlarged until no corner is empty; default: grow */
  readonly corners?: 'grow' | 'zoom' | undefined
}

/** Mirror the image top to bottom. */
export interface FlipOptions {}

/** Mirror the image left to right. */
export interface FlopOptions {}

/** Blur the image softly. */
export interface BlurOptions {
  /** Standard deviation of the Gaussian (number, 0.3 to 1000 px) */
  readonly sigma: number
  /** Left edge of the only part that changes (whole number, 0 to 1000000 px) */
  readonly left?: number | undefined
  /** Top edge of the only part that changes (whole number, 0 to 1000000 px) */
  readonly top?: number | undefined
  /** Width of the only part that changes (whole number, 1 to 1000000 px) */
  readonly width?: number | undefined
  /** Height of the only part that changes (whole number, 1 to 1000000 px) */
  readonly height?: number | undefined
}

/** Sharpen edges. */
export interface SharpenOptions {
  /** Standard deviation of the mask (number, 0.01 to 10 px); default: 1 */
  readonly sigma?: number | undefined
  /** Strength in flat areas (number, 0 to 1000000); default: 1 */
  readonly flat?: number | undefined
  /** Strength at edges (number, 0 to 1000000); default: 2 */
  readonly jagged?: number | undefined
}

/** Remove the colours. */
export interface GrayscaleOptions {}

/** Change brightness, saturation, hue and lightness. */
export interface ModulateOptions {
  /** Factor on lightness (number, 0 to 100); default: 1 */
  readonly brightness?: number | undefined
  /** Factor on chroma (number, 0 to 100); default: 1 */
  readonly saturation?: number | undefined
  /** Turn around the colour wheel, whole degrees (whole number, -3600 to 3600 degrees); default: 0 */
  readonly hue?: number | undefined
  /** Added to lightness (0–100) (number, -100 to 100); default: 0 */
  readonly lightness?: number | undefined
}

/** Replace transparency by a colour. */
export interface FlattenOptions {
  /** Colour under the image (CSS colour, or dominant for that of the image) */
  readonly background?: string | undefined
}

/** Add a border: of a colour, or of what lies at the edge. */
export interface ExtendOptions {
  /** Rows above (whole number, 0 to 1000000 px); default: 0 */
  readonly top?: number | undefined
  /** Columns on the right (whole number, 0 to 1000000 px); default: 0 */
  readonly right?: number | undefined
  /** Rows below (whole number, 0 to 1000000 px); default: 0 */
  readonly bottom?: number | undefined
  /** Columns on the left (whole number, 0 to 1000000 px); default: 0 */
  readonly left?: number | undefined
  /** Colour beside the image (CSS colour, or dominant for that of the image) */
  readonly background?: string | undefined
  /** What lies beside the image: the colour, its outermost pixels, its reflection, a blurred copy; default: color */
  readonly fill?: 'color' | 'copy' | 'mirror' | 'blur' | undefined
  /** Sigma of the blurred copy; a fortieth of the longer side when absent (number, 0.3 to 1000 px) */
  readonly fillBlur?: number | undefined
  /** How much of the blurred copy shows; the rest is background (number, 0 to 1); default: 1 */
  readonly fillOpacity?: number | undefined
}

/** Cut away a border of one colour, or a transparent one. */
export interface TrimOptions {
  /** Largest difference that still counts as border (number, 0 to 255); default: 10 */
  readonly threshold?: number | undefined
  /** Colour of the border; the top left pixel when absent (CSS colour) */
  readonly background?: string | undefined
  /** What makes a border: its colour, its transparency, or its colour where nothing is transparent; default: color */
  readonly by?: 'color' | 'alpha' | 'alpha-or-color' | undefined
  /** How much of the border stays; below 0, how much of the image goes with it (whole number, -200 to 200 px); default: 0 */
  readonly margin?: number | undefined
}

/** Paint the image in one hue, keeping its lightness. */
export interface TintOptions {
  /** Hue and strength; its lightness and alpha do not matter (CSS colour) */
  readonly color: string
}

/** Turn every colour into its opposite. */
export interface InvertOptions {
  /** Whether transparency is turned over too; default: false */
  readonly alpha?: boolean | undefined
}

/** Stretch the contrast over the whole range of lightness. */
export interface NormalizeOptions {
  /** Share of pixels that becomes black (whole number, 0 to 99 %); default: 1 */
  readonly lower?: number | undefined
  /** Share of pixels that stays below white (whole number, 1 to 100 %); default: 99 */
  readonly upper?: number | undefined
}

/** Brighten or darken the mid-tones, keeping black and white. */
export interface GammaOptions {
  /** Above 1 brightens, below 1 darkens (number, 0.1 to 10) */
  readonly gamma: number
}

/** Make the image brighter or darker. */
export interface BrightnessOptions {
  /** Share of the full range that is added (number, -100 to 100 %) */
  readonly amount: number
}

/** Raise or lower the contrast. */
export interface ContrastOptions {
  /** At -100 all is middle grey, at 100 the contrast is four times as strong, at 400 twenty-five times (number, -100 to 400 %) */
  readonly amount: number
}

/** Expose the image longer or shorter. */
export interface ExposureOptions {
  /** Each stop doubles the light (number, -5 to 5) */
  readonly stops: number
}

/** Lift or recover the bright tones. */
export interface HighlightsOptions {
  /** Below 0 darkens bright tones, above brightens them (number, -100 to 100 %) */
  readonly amount: number
}

/** Lift or deepen the dark tones. */
export interface ShadowsOptions {
  /** Above 0 brightens dark tones, below darkens them (number, -100 to 100 %) */
  readonly amount: number
}

/** Strengthen pale colours more than strong ones. */
export interface VibranceOptions {
  /** Above 0 strengthens, below 0 weakens (number, -100 to 100 %) */
  readonly amount: number
}

/** Give the image the brown of an old print. */
export interface SepiaOptions {
  /** How much of the colours goes (number, 0 to 100 %); default: 100 */
  readonly amount?: number | undefined
}

/** Paint the image in the shades from black to one colour. */
export interface MonochromeOptions {
  /** What white becomes; its alpha does not matter (CSS colour) */
  readonly color: string
  /** Share of the new colours over the old ones (number, 0 to 100 %); default: 100 */
  readonly amount?: number | undefined
}

/** Paint the image in the shades between two colours. */
export interface DuotoneOptions {
  /** What black becomes; its alpha does not matter (CSS colour) */
  readonly shadow?: string | undefined
  /** What white becomes; its alpha does not matter (CSS colour) */
  readonly highlight?: string | undefined
  /** Share of the new colours over the old ones (number, 0 to 100 %); default: 100 */
  readonly amount?: number | undefined
}

/** Turn bright pixels white and dark ones black. */
export interface ThresholdOptions {
  /** What is at least this bright becomes white (number, 0 to 255); default: 128 */
  readonly value?: number | undefined
  /** Whether a fine pattern stands for the greys; `value` 128 keeps their brightness; default: false */
  readonly dither?: boolean | undefined
  /** Whether colours go first; else each channel decides for itself; default: true */
  readonly grayscale?: boolean | undefined
}

/** Let what is behind the image shine through. */
export interface OpacityOptions {
  /** Invisible at 0, unchanged at 1 (number, 0 to 1) */
  readonly opacity: number
}

/** Take away noise, keeping edges. */
export interface MedianOptions {
  /** Side of the window whose middle value is taken (whole number, 1 to 25 px); default: 3 */
  readonly size?: number | undefined
}

/** Sharpen with an unsharp mask. */
export interface UnsharpOptions {
  /** Standard deviation of the blur that is compared with (number, 0.3 to 100 px); default: 1 */
  readonly sigma?: number | undefined
  /** Share of the difference that is added; below 0 it is taken away, which softens (number, -100 to 1000 %); default: 100 */
  readonly amount?: number | undefined
  /** Smallest difference that counts; spares noise (number, 0 to 255); default: 0 */
  readonly threshold?: number | undefined
}

/** Replace the image by square blocks of one colour. */
export interface PixelateOptions {
  /** Side of a block (whole number, 1 to 512 px); default: 16 */
  readonly block?: number | undefined
  /** Left edge of the only part that changes (whole number, 0 to 1000000 px) */
  readonly left?: number | undefined
  /** Top edge of the only part that changes (whole number, 0 to 1000000 px) */
  readonly top?: number | undefined
  /** Width of the only part that changes (whole number, 1 to 1000000 px) */
  readonly width?: number | undefined
  /** Height of the only part that changes (whole number, 1 to 1000000 px) */
  readonly height?: number | undefined
}

/** Mix one colour into every pixel. */
export interface ColorizeOptions {
  /** What is mixed in; its alpha does not matter (CSS colour) */
  readonly color: string
  /** Share of the colour: nothing changes at 0, only the colour is left at 100 (number, 0 to 100 %); default: 50 */
  readonly amount?: number | undefined
}

/** Paint the image in the shades along a row of colours, from dark to bright. */
export interface GradientMapOptions {
  /** What black becomes, colours between, what white becomes; their alpha does not matter */
  readonly colors: readonly string[]
  /** Share of the new colours over the old ones (number, 0 to 100 %); default: 100 */
  readonly amount?: number | undefined
}

/** Print the image in black dots on white. */
export interface HalftoneOptions {
  /** From one dot to the next (number, 2 to 200 px); default: 8 */
  readonly size?: number | undefined
  /** How far the rows of dots are turned (number, 0 to 90 degrees); default: 45 */
  readonly angle?: number | undefined
}

/** Smooth noise away, keeping edges. */
export interface DenoiseOptions {
  /** Differences up to about this share of the full range count as noise (number, 0 to 100 %); default: 8 */
  readonly level?: number | undefined
  /** How far the pixels lie that are weighed (whole number, 1 to 5 px); default: 2 */
  readonly radius?: number | undefined
  /** How much what is no noise is sharpened afterwards (number, 0 to 500 %); default: 0 */
  readonly edges?: number | undefined
}

/** Improve contrast, brightness and colours by what the image holds. */
export interface AutoEnhanceOptions {
  /** How much of the improvement is done (number, 0 to 100 %); default: 100 */
  readonly amount?: number | undefined
}

/** Add room around the image until it has an aspect or a size; it is never cut. */
export interface PadOptions {
  /** Aspect of the result, width:height */
  readonly aspect?: string | undefined
  /** Least width of the result (whole number, 1 to 1000000 px, or percent of the side such as 50%) */
  readonly width?: number | string | undefined
  /** Least height of the result (whole number, 1 to 1000000 px, or percent of the side such as 50%) */
  readonly height?: number | string | undefined
  /** Where the image lies on the result; default: center */
  readonly position?: 'center' | 'top' | 'bottom' | 'left' | 'right' | 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right' | undefined
  /** Colour beside the image (CSS colour, or dominant for that of the image) */
  readonly background?: string | undefined
  /** What lies beside the image: the colour, its outermost pixels, its reflection, a blurred copy; default: color */
  readonly fill?: 'color' | 'copy' | 'mirror' | 'blur' | undefined
  /** Sigma of the blurred copy; a fortieth of the longer side when absent (number, 0.3 to 1000 px) */
  readonly fillBlur?: number | undefined
  /** How much of the blurred copy shows; the rest is background (number, 0 to 1); default: 1 */
  readonly fillOpacity?: number | undefined
}

/** Add a frame around the image, or draw one onto its edge. */
export interface BorderOptions {
  /** Width of the frame (whole number, 0 to 1000000 px) */
  readonly width: number
  /** Width on this side instead (whole number, 0 to 1000000 px) */
  readonly top?: number | undefined
  /** Width on this side instead (whole number, 0 to 1000000 px) */
  readonly right?: number | undefined
  /** Width on this side instead (whole number, 0 to 1000000 px) */
  readonly bottom?: number | undefined
  /** Width on this side instead (whole number, 0 to 1000000 px) */
  readonly left?: number | undefined
  /** Colour of the frame (CSS colour) */
  readonly color?: string | undefined
  /** Draw onto the image instead of making it larger; default: false */
  readonly inside?: boolean | undefined
  /** Radius of the outer corners; what is outside becomes transparent (whole number px, or percent of the side such as 50%); default: 0 */
  readonly radius?: number | string | undefined
  /** Radius of the inner corners; when absent the outer one less the width (whole number px, or percent of the side such as 50%) */
  readonly innerRadius?: number | string | undefined
}

/** Round the corners; what is outside becomes transparent. */
export interface RoundCornersOptions {
  /** Radius of all corners, percent of both sides; too large a one is reduced until it fits (whole number px, or percent of the side such as 50%); default: 0 */
  readonly radius?: number | string | undefined
  /** Radius of this corner instead (whole number px, or percent of the side such as 50%) */
  readonly topLeft?: number | string | undefined
  /** Radius of this corner instead (whole number px, or percent of the side such as 50%) */
  readonly topRight?: number | string | undefined
  /** Radius of this corner instead (whole number px, or percent of the side such as 50%) */
  readonly bottomRight?: number | string | undefined
  /** Radius of this corner instead (whole number px, or percent of the side such as 50%) */
  readonly bottomLeft?: number | string | undefined
}

/** Keep an ellipse or a circle; what is outside becomes transparent. */
export interface MaskOptions {
  /** The largest one inside the image, in its centre; default: ellipse */
  readonly shape?: 'ellipse' | 'circle' | undefined
}

/** Turn and mirror the image as if it carried this EXIF orientation. */
export interface OrientOptions {
  /** Value of the EXIF tag; 1 is upright (whole number, 1 to 8) */
  readonly orientation: number
}

/** Go on in another format: transparency is lost where the format has none. */
export interface ConvertOptions {
  /** The format */
  readonly format: 'jpeg' | 'png' | 'webp' | 'avif' | 'gif' | 'tiff' | 'jxl' | 'heif' | 'jp2'
  /** Colour under the image when the format has no transparency (CSS colour, or dominant for that of the image) */
  readonly background?: string | undefined
}

/** Lay another picture over the image. */
export interface OverlayOptions {
  /** What is laid over the image ({ "asset": path } or { "url": address }) */
  readonly picture: { readonly asset: string; readonly origin?: string | undefined } | { readonly url: string }
  /** Width, in pixels or percent of the image’s width (whole number, 1 to 1000000 px, or percent of the side such as 50%) */
  readonly width?: number | string | undefined
  /** Height, in pixels or percent of the image’s height (whole number, 1 to 1000000 px, or percent of the side such as 50%) */
  readonly height?: number | string | undefined
  /** How the picture meets width and height together; default: inside */
  readonly fit?: 'cover' | 'contain' | 'fill' | 'inside' | 'outside' | undefined
  /** Whether width and height may enlarge the picture; default: true */
  readonly upscale?: boolean | undefined
  /** Size in percent of its own, without width and height; never larger than the image (number, 0.01 to 10000 %); default: 100 */
  readonly scale?: number | undefined
  /** Where the picture lies; default: center */
  readonly position?: 'center' | 'top' | 'bottom' | 'left' | 'right' | 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right' | undefined
  /** Distance from the sides that position names (whole number, 0 to 1000000 px, or percent of the side such as 50%); default: 0 */
  readonly padding?: number | string | undefined
  /** Distance from the left or right side instead; to the right of the centre (whole number, -1000000 to 1000000 px, or percent of the side such as 50%) */
  readonly x?: number | string | undefined
  /** Distance from the top or bottom side instead; below the centre (whole number, -1000000 to 1000000 px, or percent of the side such as 50%) */
  readonly y?: number | string | undefined
  /** Point of the picture, in parts of its sides, that lies there; else that of its own position */
  readonly anchor?: { readonly x: number; readonly y: number } | undefined
  /** How much of it shows; nothing at 0 (number, 0 to 1); default: 1 */
  readonly opacity?: number | undefined
  /** Clockwise angle of the picture (number, -3600 to 3600 degrees); default: 0 */
  readonly rotation?: number | undefined
  /** How its colours meet the image’s; default: normal */
  readonly blend?: 'normal' | 'multiply' | 'screen' | 'overlay' | 'darken' | 'lighten' | 'color-dodge' | 'color-burn' | 'hard-light' | 'soft-light' | 'difference' | 'exclusion' | 'hue' | 'saturation' | 'color' | 'luminosity' | undefined
  /** Whether copies fill the image; default: false */
  readonly tile?: boolean | undefined
  /** Pixels between copies (whole number, 0 to 1000000 px); default: 0 */
  readonly spacing?: number | undefined
}

/** Lay a colour or a gradient over the image. */
export interface ColorOverlayOptions {
  /** The colour; where a gradient begins (CSS colour) */
  readonly color: string
  /** Where the gradient ends (CSS colour) */
  readonly to?: string | undefined
  /** Direction of the gradient: 0 to the top, 90 to the right, as in CSS (number, -3600 to 3600 degrees); default: 180 */
  readonly angle?: number | undefined
  /** How much of it shows; nothing at 0 (number, 0 to 1); default: 1 */
  readonly opacity?: number | undefined
  /** How the colours meet the image’s; default: normal */
  readonly blend?: 'normal' | 'multiply' | 'screen' | 'overlay' | 'darken' | 'lighten' | 'color-dodge' | 'color-burn' | 'hard-light' | 'soft-light' | 'difference' | 'exclusion' | 'hue' | 'saturation' | 'color' | 'luminosity' | undefined
}

/** Keep of the image what another picture shows; the rest becomes transparent. */
export interface MaskImageOptions {
  /** The mask; scaled to the image ({ "asset": path } or { "url": address }) */
  readonly picture: { readonly asset: string; readonly origin?: string | undefined } | { readonly url: string }
  /** What of the mask counts: its alpha, or its brightness; auto takes alpha where it has any; default: auto */
  readonly channel?: 'auto' | 'alpha' | 'luminance' | undefined
  /** How the mask meets the image; beside a contained mask nothing is kept; default: fill */
  readonly fit?: 'fill' | 'cover' | 'contain' | undefined
  /** Whether the mask says what goes; default: false */
  readonly invert?: boolean | undefined
}

/** Write text on the image, in any script, wrapped, fitted, outlined, shadowed, turned or repeated. */
export interface TextOptions {
  /** What to write; lines are parted by line feeds */
  readonly text: string
  /** Bundled family; other scripts fall back by themselves; default: sans */
  readonly font?: 'sans' | 'serif' | 'mono' | 'display' | undefined
  /** Weight, 400 is regular and 700 bold (whole number, 100 to 900); default: 400 */
  readonly weight?: number | undefined
  /** Italic, slanted where a family has none; default: false */
  readonly italic?: boolean | undefined
  /** Size, or a share of the image width (whole number, 1 to 4000 px, or percent of the side such as 50%); default: 24 */
  readonly fontSize?: number | string | undefined
  /** Size by the room there is: `shrink` goes below the size until all fits, `max` is the largest that fits; default: none */
  readonly fit?: 'none' | 'shrink' | 'max' | undefined
  /** Colour of the glyphs (CSS colour) */
  readonly color?: string | undefined
  /** Of the text with its stroke, shadow and background (number, 0 to 1); default: 1 */
  readonly opacity?: number | undefined
  /** Where on the image; default: bottom-right */
  readonly position?: 'center' | 'top' | 'bottom' | 'left' | 'right' | 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right' | undefined
  /** Distance from the edges (whole number, 0 to 1000000 px); default: 10 */
  readonly padding?: number | undefined
  /** Moved to the right, or a share of the width (whole number, -1000000 to 1000000 px, or percent of the side such as 50%); default: 0 */
  readonly x?: number | string | undefined
  /** Moved down, or a share of the height (whole number, -1000000 to 1000000 px, or percent of the side such as 50%); default: 0 */
  readonly y?: number | string | undefined
  /** Longest line, or a share of the image width; without it what lies inside the padding (whole number, 1 to 1000000 px, or percent of the side such as 50%) */
  readonly maxWidth?: number | string | undefined
  /** Height of all lines, or a share of the image height; without it what lies inside the padding (whole number, 1 to 1000000 px, or percent of the side such as 50%) */
  readonly maxHeight?: number | string | undefined
  /** Most lines (whole number, 1 to 2000) */
  readonly maxLines?: number | undefined
  /** Whether a long line goes on in the next; default: true */
  readonly wrap?: boolean | undefined
  /** Whether what does not fit ends in an ellipsis; default: ellipsis */
  readonly overflow?: 'ellipsis' | 'cut' | undefined
  /** Which part of an unwrapped line that is too long goes; default: end */
  readonly cutAt?: 'end' | 'middle' | 'start' | undefined
  /** Of lines to each other; follows the position */
  readonly align?: 'left' | 'center' | 'right' | 'justify' | undefined
  /** Of paragraphs; `auto` goes by the first letter; default: auto */
  readonly direction?: 'auto' | 'ltr' | 'rtl' | undefined
  /** Language, where characters have more than one shape: `ja`, `zh-Hant`, `sr`; default: */
  readonly language?: string | undefined
  /** From line to line, times the size (number, 0.5 to 5); default: 1.2 */
  readonly lineHeight?: number | undefined
  /** Added between letters (number, -100 to 1000 px); default: 0 */
  readonly letterSpacing?: number | undefined
  /** Colour of the outline (CSS colour) */
  readonly strokeColor?: string | undefined
  /** Width of the outline around the glyphs (number, 0 to 200 px); default: 0 */
  readonly strokeWidth?: number | undefined
  /** Colour of the shadow; transparent is none (CSS colour) */
  readonly shadowColor?: string | undefined
  /** Shadow to the right (number, -1000 to 1000 px); default: 2 */
  readonly shadowX?: number | undefined
  /** Shadow down (number, -1000 to 1000 px); default: 2 */
  readonly shadowY?: number | undefined
  /** Softness of the shadow (number, 0 to 200 px); default: 4 */
  readonly shadowBlur?: number | undefined
  /** Colour of a box behind the text; transparent is none (CSS colour) */
  readonly background?: string | undefined
  /** Box beyond the text (number, 0 to 1000 px); default: 8 */
  readonly backgroundPadding?: number | undefined
  /** Radius of the corners of the box (number, 0 to 1000 px); default: 0 */
  readonly backgroundRadius?: number | undefined
  /** Turn, clockwise (number, -3600 to 3600 degrees); default: 0 */
  readonly angle?: number | undefined
  /** Whether the text is repeated all over the image; default: false */
  readonly repeat?: boolean | undefined
  /** Distance between repetitions (whole number, 0 to 10000 px); default: 40 */
  readonly gap?: number | undefined
}

/** Keep what the picture is about; the rest becomes transparent, or a colour. */
export interface RemoveBackgroundOptions {
  /** What takes its place (CSS colour) */
  readonly background?: string | undefined
  /** Whether all but its edge is opaque: glass and shadows, which may be half of it, stay or go; default: false */
  readonly solid?: boolean | undefined
  /** An image of which a larger part is transparent has no background, and is left as it is (number, 0 to 1); default: 1 */
  readonly maxTransparency?: number | undefined
  /** Without a model: an error, or the image with its background; default: error */
  readonly otherwise?: 'error' | 'keep' | undefined
}

/** Enlarge the image with details drawn by a model. */
export interface UpscaleOptions {
  /** How many times as wide and high */
  readonly factor?: 2 | 3 | 4 | undefined
  /** In place of a factor: as many times as makes the image this wide, at most 4; an image that is stays as it is (whole number, 1 to 1000000 px) */
  readonly width?: number | undefined
  /** The same for its height (whole number, 1 to 1000000 px) */
  readonly height?: number | undefined
  /** How much of the drawn details shows: 0 the exact enlargement, 0.3 faithful, 1 crisp (number, 0 to 1); default: 0.5 */
  readonly detail?: number | undefined
  /** An image of more pixels, in all its frames together, stays as it is (whole number, 1 to 1000000000 px) */
  readonly maxPixels?: number | undefined
}

/** Name of an operation → its options. */
export interface OperationOptions {
  readonly resize: ResizeOptions
  readonly crop: CropOptions
  readonly smartCrop: SmartCropOptions
  readonly blurFaces: BlurFacesOptions
  readonly rotate: RotateOptions
  readonly flip: FlipOptions
  readonly flop: FlopOptions
  readonly blur: BlurOptions
  readonly sharpen: SharpenOptions
  readonly grayscale: GrayscaleOptions
  readonly modulate: ModulateOptions
  readonly flatten: FlattenOptions
  readonly extend: ExtendOptions
  readonly trim: TrimOptions
  readonly tint: TintOptions
  readonly invert: InvertOptions
  readonly normalize: NormalizeOptions
  readonly gamma: GammaOptions
  readonly brightness: BrightnessOptions
  readonly contrast: ContrastOptions
  readonly exposure: ExposureOptions
  readonly highlights: HighlightsOptions
  readonly shadows: ShadowsOptions
  readonly vibrance: VibranceOptions
  readonly sepia: SepiaOptions
  readonly monochrome: MonochromeOptions
  readonly duotone: DuotoneOptions
  readonly threshold: ThresholdOptions
  readonly opacity: OpacityOptions
  readonly median: MedianOptions
  readonly unsharp: UnsharpOptions
  readonly pixelate: PixelateOptions
  readonly colorize: ColorizeOptions
  readonly gradientMap: GradientMapOptions
  readonly halftone: HalftoneOptions
  readonly denoise: DenoiseOptions
  readonly autoEnhance: AutoEnhanceOptions
  readonly pad: PadOptions
  readonly border: BorderOptions
  readonly roundCorners: RoundCornersOptions
  readonly mask: MaskOptions
  readonly orient: OrientOptions
  readonly convert: ConvertOptions
  readonly overlay: OverlayOptions
  readonly colorOverlay: ColorOverlayOptions
  readonly maskImage: MaskImageOptions
  readonly text: TextOptions
  readonly removeBackground: RemoveBackgroundOptions
  readonly upscale: UpscaleOptions
}

/** One operation of a JSON pipeline: `{ op: 'blur', sigma: 3 }`. */
export type Operation = {
  [N in keyof OperationOptions]: { readonly op: N } & OperationOptions[N]
}[keyof OperationOptions]
