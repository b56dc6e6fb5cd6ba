/** imgproxy's processing options, one row each; examples are options of a URL. */
import { approximated, type Conformance, ignored, refused, rowsOf, supported } from '../conformance.ts'

export const conformance: Conformance = {
  title: 'imgproxy',
  about: `\`/imgproxy/{project}/{signature}/{option}/…/plain/{source}[@{ext}]\`, or the source in URL-safe base64 with \`.{ext}\`: put
your host, \`/imgproxy\` and the project before the path that imgproxy gets. A source is an address of the web, through the
project’s web proxy; a path of the project, plain or as \`local:///\`; or \`s3://{origin}/{path}\`, also \`gs://\` and \`abs://\`,
where the project has an origin of the bucket’s name.

Options act in imgproxy’s order: turns of the EXIF orientation, trim, rotate and flip, crop, resize, the cut to the size,
colours, blur, sharpen and pixelate, extend and padding, background, watermark. A later option wins over an earlier one.
Options of the paid edition are read where this server has what they ask for. Whatever is not in this table or is out of
range is refused with a sentence, and the 404 that imgproxy has for it. Scales: [adjustments](../adjustments.md).

\`insecure\`, \`unsafe\` or \`_\` stand for no signature; anything else must be one. The project’s signing secret is key and
salt: set both to its bytes in hexadecimal digits. Signatures are whole, 43 characters. The query is ignored.`,
  rows: rowsOf({
    'resize | rs': supported(
      'size',
      ['rs:fill:60:60'],
      'resizing type, width, height, enlarge, extend with its gravity',
    ),
    'size | s': supported('size', ['s:60:60']),
    'resizing_type: fit | rt': supported('size', ['rt:fit/s:60:60', 'rt:force/s:60:60'], 'the default'),
    'resizing_type: fill': supported(
      'size',
      ['rt:fill/s:60:60', 's:60:60'],
      'without `enlarge` cut at the edges of a smaller picture',
    ),
    'resizing_type: fill-down': supported('size', ['rt:fill-down/s:600:300', 'rt:fill/s:600:300']),
    'resizing_type: force': approximated(
      'size',
      ['rt:force/s:60:60', 's:60:60'],
      'without `enlarge` each side stops at the picture’s own; imgproxy keeps the shape of the box',
    ),
    'resizing_type: auto': approximated(
      'size',
      ['rt:auto/s:60:40', 's:60:30'],
      'a picture smaller than the box is cut to the box’s shape, without `enlarge`',
    ),
    'resizing_algorithm | ra': supported(
      'pixels',
      ['ra:nearest/w:60', 'w:60'],
      '`nearest`, `linear`, `cubic`, `lanczos2`, `lanczos3`',
    ),
    'width | w': supported('size', ['w:60']),
    'height | h': supported('size', ['h:60']),
    'min-width | mw | min_width': supported(
      'size',
      ['mw:400'],
      'enlarges, whatever `enlarge` says; cut to the size behind it',
    ),
    'min-height | mh | min_height': supported('size', ['mh:400']),
    'zoom | z': supported('size', ['z:0.5'], 'two factors with `force` or without a size'),
    dpr: supported(
      'size',
      ['dpr:2/w:60', 'w:60'],
      'also of padding, offsets of gravity and watermark; a filled box does not shrink with what the picture lacks',
    ),
    'enlarge | el': supported('size', ['el:1/w:600', 'w:600']),
    'extend | ex': supported(
      'size',
      ['ex:1:no/s:400:400', 's:400:400'],
      'at a side, a corner or in the centre, without offsets',
    ),
    'extend_aspect_ratio | extend_ar | exar': supported(
      'size',
      ['exar:1/s:400:400', 's:400:400'],
      'as `extend`',
    ),
    'gravity | g': supported(
      'pixels',
      ['rs:fill:60:60/g:we', 'rs:fill:60:60'],
      'nine places with offsets, `fp`; offsets not with `fill-down` and `auto`',
    ),
    'gravity: sm': supported('pixels', ['rs:fill:60:120/g:sm', 'rs:fill:60:120/g:we'], 'what draws the eye'),
    'gravity: obj:face': supported(
      'pixels',
      ['rs:fill:60:120/g:obj:face', 'rs:fill:60:120/g:we'],
      'all faces that fit, else the largest; what draws the eye where there are none',
    ),
    'gravity: obj': approximated(
      'pixels',
      ['rs:fill:60:120/g:obj:cat:dog', 'rs:fill:60:120/g:we'],
      '`face`, and things and groups of COCO: all of them that fit; faces, people, animals and things without a name and with `all`; what draws the eye where there are none',
    ),
    'gravity: objw | objects_position | crop_objects': refused(
      'things have no weights, and no place of their own',
    ),
    'crop | c': supported('size', ['c:100:0.5:nowe'], 'pixels, shares below 1, 0 for the whole side'),
    'crop_aspect_ratio | crop_ar | car': supported(
      'size',
      ['car:1'],
      'of the whole, or of a crop with both sides in pixels',
    ),
    'trim | t': supported(
      'size',
      ['t:150'],
      'threshold and colour, of the stored picture; not equally from both sides',
    ),
    'padding | pd': supported('size', ['pd:10:20'], 'top, right, bottom, left'),
    'auto_rotate | ar': supported('size', ['ar:0', 'ar:1']),
    'rotate | rot': supported('size', ['rot:90'], '0, 90, 180, 270'),
    'flip | fl': supported('pixels', ['fl:1:0'], 'across, down'),
    'background | bg': supported(
      'pixels',
      ['pd:9/bg:ff0000', 'pd:9'],
      'hexadecimal or three numbers; opaque',
    ),
    'background_alpha | bga': refused('what lies behind a picture is opaque'),
    'brightness | br': approximated('brighter', ['br:60'], '[scale](../adjustments.md)'),
    'contrast | co': approximated('pixels', ['co:2'], '[scale](../adjustments.md)'),
    'saturation | sa': approximated('colourful', ['sa:3'], '[scale](../adjustments.md)'),
    'adjust | a': approximated('pixels', ['a:60:2:3'], 'brightness, contrast, saturation'),
    'monochrome | mc': approximated('pixels', ['mc:1:ff0000'], 'intensity and colour, `b3b3b3` when absent'),
    'duotone | dt': approximated('pixels', ['dt:1:000080:ffff00'], 'intensity and two colours'),
    'colorize | col': approximated(
      'pixels',
      ['col:0.5:ff0000'],
      'over transparent parts too unless the third argument says otherwise',
    ),
    'gradient | gr': approximated(
      'pixels',
      ['gr:1:ff0000:up'],
      '`down`, `up`, `right`, `left`, over the whole picture',
    ),
    'blur | bl': approximated('soft', ['bl:3'], 'sigma in pixels'),
    'sharpen | sh': approximated('sharp', ['sh:2'], 'sigma in pixels, up to 10'),
    'unsharp_masking | ush': approximated(
      'sharp',
      ['ush:always:2'],
      'weight 1 and divider 24 are a strength of 100 %; `auto` acts where the URL names a size',
    ),
    'pixelate | pix': supported('soft', ['pix:8']),
    'blur_areas | ba | progressive_blur | pbl': refused('areas of a blur are in pixels here'),
    'blur_detections | bd': approximated(
      'faces',
      ['bd:10:face'],
      '`face`, and `person`, which hides whole figures; scale ours, never so faint that somebody is recognised; 501 where no model finds them',
    ),
    'draw_detections | dd': refused('no marks are drawn into delivered pictures'),
    'watermark | wm': supported(
      'pixels',
      ['wm:1/wmu:bG9jYWw6Ly8vbG9nby5wbmc'],
      'opacity, place with offsets or `re`, scale; the picture is named by `watermark_url`, for all URLs in a preset `default`; not `ch`',
    ),
    'watermark: position': supported('pixels', [
      'wm:1:nowe:5:5/wmu:bG9jYWw6Ly8vbG9nby5wbmc',
      'wm:1/wmu:bG9jYWw6Ly8vbG9nby5wbmc',
    ]),
    'watermark: re': supported(
      'pixels',
      ['wm:1:re:5:5/wmu:bG9jYWw6Ly8vbG9nby5wbmc', 'wm:1/wmu:bG9jYWw6Ly8vbG9nby5wbmc'],
      'one distance both ways',
    ),
    'watermark: scale': supported('pixels', [
      'wm:1:ce:0:0:0.5/wmu:bG9jYWw6Ly8vbG9nby5wbmc',
      'wm:1/wmu:bG9jYWw6Ly8vbG9nby5wbmc',
    ]),
    'watermark_url | wmu': supported(
      'pixels',
      ['wmu:bG9nby5wbmc/wm:0.5', 'wm:1/wmu:bG9jYWw6Ly8vbG9nby5wbmc'],
      'base64 of a path of the project, `local:///` or an address',
    ),
    'watermark_text | wmt': approximated(
      'pixels',
      ['wm:1:ce:0:0:0.5/wmt:SGVsbG8'],
      'base64 of a plain text, black, in the bundled sans; no markup',
    ),
    'watermark_size | wms': supported('pixels', [
      'wms:100:100/wm:1/wmu:bG9jYWw6Ly8vbG9nby5wbmc',
      'wm:1/wmu:bG9jYWw6Ly8vbG9nby5wbmc',
    ]),
    'watermark_rotate | wm_rot | wmr': supported('pixels', [
      'wmr:45/wm:1/wmu:bG9jYWw6Ly8vbG9nby5wbmc',
      'wm:1/wmu:bG9jYWw6Ly8vbG9nby5wbmc',
    ]),
    'watermark_shadow | wmsh': refused('no shadows in the shape of a picture'),
    'strip_metadata | sm': supported(
      'bytes',
      ['sm:0/kcr:0', 'sm:1/kcr:0'],
      'artist and copyright only, unless the URL is signed',
    ),
    'keep_copyright | kcr': supported('bytes', ['kcr:0'], 'kept when nothing is said'),
    'strip_color_profile | scp': approximated('bytes', ['scp:0'], 'a wide profile becomes Display P3'),
    'color_profile | cp | icc': approximated('bytes', ['scp:0', 'cp:srgb'], '`srgb` only'),
    'quality | q': supported(
      'bytes',
      ['q:20'],
      '80 when absent, 79 for WebP, 63 for AVIF, 77 for JPEG XL, unless the project says otherwise',
    ),
    'format_quality | fq': supported('bytes', ['fq:jpg:20']),
    'autoquality | aq': approximated(
      'bytes',
      ['aq:dssim'],
      '`size` with a target in bytes; `dssim` and `ml` without further arguments: a perceptual score of 70',
    ),
    'max_bytes | mb': supported('bytes', ['mb:5000']),
    'jpeg_options | jpgo': approximated('bytes', ['jpgo:1:1'], 'progressive and no_subsample'),
    'png_options | pngo': approximated(
      'bytes',
      ['f:png/pngo:0:1:16', 'f:png'],
      'colours: 2, 4, 16 or 256, the most that is not above the number',
    ),
    'webp_options | webpo': approximated('bytes', ['f:webp/webpo:lossless', 'f:webp'], '`lossy`, `lossless`'),
    'avif_options | avifo': supported('bytes', ['f:avif/avifo:off', 'f:avif']),
    'format | f | ext': supported(
      'type',
      ['f:png'],
      '`best` is the smallest the client shows; without one that of the source’s name; `@ext` wins',
    ),
    'page | pg': approximated(
      'pixels',
      ['_/pg:1/w:60/plain/dir/book.pdf', '_/w:60/plain/dir/book.pdf'],
      'from 0, of a PDF; frames of animations have no numbers',
    ),
    'disable_animation | da': supported('bytes', ['f:gif/da:1', 'f:webp']),
    'pages | pgs': ignored('1 only: pages are not joined'),
    'skip_processing | skp | sp': approximated(
      'bytes',
      ['skp:jpg/w:60', 'w:60'],
      'by the extension of the source’s name; pictures of the web are encoded anew',
    ),
    'raw | raw': approximated('bytes', ['raw:1/w:60', 'w:60'], 'pictures of the web are encoded anew'),
    'cachebuster | cb': ignored('makes another URL, and that is what it is for'),
    'cache_tags | ct': ignored('answers have tags of their own'),
    'expires | exp': supported('status', ['exp:1'], 'a 404 from then on'),
    'filename | fn': supported(
      'header',
      ['fn:mine'],
      'percent-encoded, or base64 with a second argument; the extension is that of the answer',
    ),
    'return_attachment | att': supported('header', ['att:1']),
    'preset | pr': supported(
      'size',
      ['pr:thumb'],
      'presets of the project in this dialect, `{ "options": "rs:fill:200:200/q:80" }`: their options stand where the name stands; the preset `default` comes before every URL’s own',
    ),
    'max_src_resolution | msr | max_src_file_size | msfs | max_animation_frames | maf | max_animation_frame_resolution | mafr | max_result_dimension | mrd':
      refused('limits are for the operator of the server to set'),
    'enforce_thumbnail | eth': refused('the picture itself is decoded'),
    'style | st | stl | always_rasterize_svg | ars': refused('CSS for an SVG'),
    'dpi | preserve_hdr | ph': refused('not written'),
    'fallback_image_url | fiu': refused('set a fallback at the origin'),
    'hashsum | hs': refused('not checked'),
    'bypass_cache | bc': refused('a version in the source’s address does the same'),
    'video_thumbnail_second | vts | video_thumbnail_keyframes | vtk | video_thumbnail_tile | vtt | video_thumbnail_animation | vta':
      refused('films'),
    'enc/': refused('encrypted sources are not read'),
    '/info/…': approximated(
      'text',
      ['info/insecure/plain/dir/photo.jpg', 'info/insecure/s:0/plain/dir/photo.jpg'],
      'format, dimensions as stored with the orientation, and size of the file; facts that are computed, and EXIF, IPTC and XMP, are refused',
    ),
  }),
}
