/**
 * Where a bucket is and who may use it, read from one address:
 * `s3://key:secret@bucket/folder?region=…&endpoint=…&pathStyle=…&direct=…`, key and secret percent-encoded.
 */
export interface S3Place {
  /** Address of the bucket, without a slash at the end. */
  readonly base: string
  /** The same as browsers reach it; absent where uploads go through the server. */
  readonly directBase?: string
  readonly bucket: string
  /** Before every key: empty, or ends with a slash. */
  readonly prefix: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

const known = ['region', 'endpoint', 'pathStyle', 'direct']

/** @throws TypeError with what is wrong, without any secret: "must …" */
export function parseS3Url(text: string): S3Place {
  const url = URL.parse(text)
  if (url?.protocol !== 's3:')
    throw new TypeError('must look like s3://key:secret@bucket?region=eu-central-1')
  const unknown = [...url.searchParams.keys()].find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw new TypeError(`must not say "${unknown}"; what can be said is ${known.join(', ')}`)
  const bucket = url.hostname
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket))
    throw new TypeError('must name a bucket: lower-case letters, digits, dots and dashes')
  const prefix = url.pathname.replace(/^\/+|\/+$/g, '')
  if (!/^(?:[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*)?$/.test(prefix))
    throw new TypeError('must name a folder of letters, digits, dashes and underscores, or none')
  if (url.username === '' || url.password === '')
    throw new TypeError('must hold the access key and its secret, percent-encoded: s3://key:secret@bucket')
  const { region, endpoint, isPathStyle, direct } = readQuery(url.searchParams)
  const baseAt = (address: string) =>
    isPathStyle ? `${address}/${bucket}` : address.replace('://', `://${bucket}.`)
  return {
    base: baseAt(endpoint),
    ...(direct === undefined ? {} : { directBase: baseAt(direct) }),
    bucket,
    prefix: prefix === '' ? '' : `${prefix}/`,
    region,
    accessKeyId: decoded(url.username),
    secretAccessKey: decoded(url.password),
  }
}

/** Servers of one's own seldom have a host name for each bucket, Amazon asks for it. */
function readQuery(query: URLSearchParams) {
  const region = query.get('region') ?? 'us-east-1'
  if (!/^[a-z0-9-]+$/.test(region)) throw new TypeError('must name a region such as eu-central-1')
  const given = query.get('endpoint')
  const endpoint = given === null ? `https://s3.${region}.amazonaws.com` : address('endpoint', given)
  const pathStyle = query.get('pathStyle') ?? (given === null ? 'false' : 'true')
  if (pathStyle !== 'true' && pathStyle !== 'false') throw new TypeError('must say pathStyle=true or false')
  const asked = query.get('direct')
  const direct =
    asked === null || asked === 'false' ? undefined : asked === 'true' ? endpoint : address('direct', asked)
  return { region, endpoint, isPathStyle: pathStyle === 'true', direct }
}

function address(name: string, text: string): string {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search !== '')
    throw new TypeError(`must say ${name}=https://host, or http, with a port if wanted and nothing behind it`)
  return url.origin
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new TypeError('must hold key and secret percent-encoded')
  }
}
