import { Webhook as Signer } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { verifyWebhook, WebhookError } from './verify-webhook.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const other = `whsec_${Buffer.alloc(32, 8).toString('base64')}`
const message = {
  type: 'image.deleted',
  timestamp: '2026-11-22T08:00:00.000Z',
  project: '01K8',
  data: { id: '0123456789abcdef', paths: ['é.png'], image_deleted: true, permanent: false },
}
const body = JSON.stringify(message)

/** Signed by the standard's own library. */
function headers(secondsAgo = 0, by = secret) {
  const at = new Date(Date.now() - secondsAgo * 1000)
  return {
    'webhook-id': 'message_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Signer(by).sign('message_1', at, body),
  }
}

describe('verifyWebhook', () => {
  it.each([
    ['text, Node’s headers', body, headers()],
    ['bytes, the web’s headers', new TextEncoder().encode(body), new Headers(headers())],
    ['a message of almost five minutes ago', body, headers(295)],
    ['a clock that is ahead', body, headers(-295)],
  ])('takes what the standard’s own library has signed: %s', async (_, raw, sent) => {
    expect(await verifyWebhook(raw, sent, secret)).toEqual(message)
  })

  it('takes one of several signatures, by one of several secrets', async () => {
    const [mine, others] = [headers(), headers(0, other)]
    const both = {
      ...mine,
      'webhook-signature': `v1a,abc ${others['webhook-signature']} ${mine['webhook-signature']}`,
    }
    expect(await verifyWebhook(body, both, secret)).toEqual(message)
    expect(await verifyWebhook(body, others, [secret, other])).toEqual(message)
  })

  it.each([
    ['another body', `${body} `, headers()],
    ['another secret', body, headers(0, other)],
    ['another id', body, { ...headers(), 'webhook-id': 'message_2' }],
    ['another time', body, { ...headers(), 'webhook-timestamp': String(Math.floor(Date.now() / 1000) + 9) }],
    ['an old message', body, headers(305)],
    ['one from the future', body, headers(-305)],
    ['a time that is none', body, { ...headers(), 'webhook-timestamp': 'now' }],
    ['no signature', body, { ...headers(), 'webhook-signature': undefined }],
    ['two headers', body, { ...headers(), 'webhook-id': ['message_1', 'message_1'] }],
    ['a signature of another kind', body, { ...headers(), 'webhook-signature': 'v1,%%% v2,AAAA' }],
    [
      'a cut signature',
      body,
      { ...headers(), 'webhook-signature': headers()['webhook-signature'].slice(0, -4) },
    ],
  ])('refuses %s', async (_, raw, sent) => {
    await expect(verifyWebhook(raw, sent, secret)).rejects.toThrow(WebhookError)
  })

  it.each(['', 'secret', 'whsec_%'])('refuses the secret %j', async (wrong) => {
    await expect(verifyWebhook(body, headers(), wrong)).rejects.toThrow(TypeError)
  })
})
