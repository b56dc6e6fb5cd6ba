import { describe, expect, it } from 'vitest'
import { parseS3Url } from './place.ts'

describe('parseS3Url', () => {
  it.each([
    ['s3://k:s@my-bucket', 'https://my-bucket.s3.us-east-1.amazonaws.com', '', undefined],
    ['s3://k:s@b-1/a/b/?region=eu-central-1', 'https://b-1.s3.eu-central-1.amazonaws.com', 'a/b/', undefined],
    ['s3://k:s@my-bucket?endpoint=http://minio:9000', 'http://minio:9000/my-bucket', '', undefined],
    [
      's3://k:s@my-bucket?endpoint=https://oss.example.com/&pathStyle=false&direct=true',
      'https://my-bucket.oss.example.com',
      '',
      'https://my-bucket.oss.example.com',
    ],
    [
      's3://k:s@my-bucket?endpoint=http://minio:9000&direct=https://up.example.com',
      'http://minio:9000/my-bucket',
      '',
      'https://up.example.com/my-bucket',
    ],
  ])('reads %s', (url, base, prefix, directBase) => {
    const place = parseS3Url(url)
    expect([place.base, place.prefix, place.directBase]).toEqual([base, prefix, directBase])
  })

  it('decodes key and secret', () => {
    const place = parseS3Url('s3://AK%2FID:a%2Fb%2Bc%3D@my-bucket')
    expect([place.accessKeyId, place.secretAccessKey]).toEqual(['AK/ID', 'a/b+c='])
  })

  it.each([
    ['https://bucket.example.com', 'must look like s3://'],
    ['s3://my-bucket', 'must hold the access key'],
    ['s3://password@my-bucket', 'must hold the access key'],
    ['s3://k:pass%word@my-bucket', 'percent-encoded'],
    ['s3://k:s@My_Bucket', 'must name a bucket'],
    ['s3://k:s@my-bucket/a b', 'must name a folder'],
    ['s3://k:s@my-bucket/a/../b c', 'must name a folder'],
    ['s3://k:s@my-bucket?regoin=eu', 'must not say "regoin"'],
    ['s3://k:s@my-bucket?region=EU West', 'must name a region'],
    ['s3://k:s@my-bucket?endpoint=minio:9000', 'must say endpoint=https://host'],
    ['s3://k:s@my-bucket?endpoint=https://x.test/path', 'must say endpoint=https://host'],
    ['s3://k:s@my-bucket?pathStyle=1', 'must say pathStyle=true or false'],
    ['s3://k:s@my-bucket?direct=yes', 'must say direct=https://host'],
  ])('refuses %s', (url, why) => {
    expect(() => parseS3Url(url)).toThrow(why)
    expect(() => parseS3Url(url)).not.toThrow('word')
  })
})
