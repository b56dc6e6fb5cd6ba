import { tasks } from '@fovea/engine/models'
import { describe, expect, it } from 'vitest'
import { ConfigError, describeConfig, readConfig } from './config.ts'

const masterKey = 'a-master-key-of-at-least-32-characters'

describe('readConfig', () => {
  it('needs nothing', () => {
    const config = readConfig({})
    expect(config.FOVEA_PORT).toBe(3000)
    expect(config.publicUrl).toBe('http://localhost:3000')
    expect(config.FOVEA_ROLES).toEqual(['api', 'image', 'worker'])
  })

  it.each([
    ['FOVEA_PORT', '70000'],
    ['FOVEA_PORT', 'http'],
    ['FOVEA_ROLES', 'api,cook'],
    ['FOVEA_CACHE_BYTES', '-1'],
    ['FOVEA_PUBLIC_URL', 'ftp://images.example'],
    ['FOVEA_DATABASE_URL', 'mysql://localhost/fovea'],
    ['FOVEA_SECRET_KEY', 'short'],
    ['FOVEA_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['FOVEA_TRUSTED_PROXIES', 'proxy.local'],
    ['FOVEA_OIDC_SCOPES', 'email'],
    ['FOVEA_OIDC_EMAIL_DOMAINS', 'https://example.com'],
  ])('names %s when its value is %s', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(ConfigError)
    expect(() => readConfig({ [name]: value })).toThrow(name)
  })

  it.each(['', '127.0.0.1', '10.0.0.0/8, fd00::/8', '::1'])('takes "%s" as trusted proxies', (value) => {
    expect(readConfig({ FOVEA_TRUSTED_PROXIES: value }).FOVEA_TRUSTED_PROXIES).toBe(value)
  })

  it('never prints a secret, not even a wrong one', () => {
    expect(() => readConfig({ FOVEA_SECRET_KEY: 'tooshort' })).not.toThrow('tooshort')
    const rows = describeConfig(
      readConfig({ FOVEA_SECRET_KEY: masterKey, FOVEA_DATABASE_URL: 'postgres://u:pw@h/d' }),
    )
    expect(JSON.stringify(rows)).not.toContain(masterKey)
    expect(JSON.stringify(rows)).not.toContain('pw@h')
  })

  it('wants all that an identity provider and a token issuer need', () => {
    const issuer = { FOVEA_OIDC_ISSUER: 'https://id.example' }
    expect(() => readConfig(issuer)).toThrow('FOVEA_OIDC_CLIENT_ID')
    const named = { ...issuer, FOVEA_OIDC_CLIENT_ID: 'fovea' }
    expect(() => readConfig(named)).toThrow('FOVEA_OIDC_CLIENT_SECRET')
    expect(() => readConfig({ FOVEA_JWT_JWKS_URL: 'https://id.example/jwks' })).toThrow('FOVEA_JWT_ISSUER')
    const config = readConfig({ ...named, FOVEA_OIDC_CLIENT_SECRET: 'between the two' })
    expect(JSON.stringify(describeConfig(config))).not.toContain('between the two')
  })

  it('warns about settings that mean nothing', () => {
    expect(readConfig({ FOVEA_PROT: '1' }).warnings).toEqual(['FOVEA_PROT: no such setting, ignored'])
  })

  it('writes links without a trailing slash', () => {
    expect(readConfig({ FOVEA_PUBLIC_URL: 'https://img.example/' }).publicUrl).toBe('https://img.example')
  })
})

it('knows every model by what it finds, and no other', () => {
  const warm = (FOVEA_WARM_MODELS: string) => readConfig({ FOVEA_WARM_MODELS }).FOVEA_WARM_MODELS
  expect(warm(tasks.join(', '))).toEqual(tasks)
  expect(warm('')).toEqual([])
  expect(() => warm('faces,cats')).toThrow(/FOVEA_WARM_MODELS/)
})
