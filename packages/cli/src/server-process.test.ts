import { describe, expect, it } from 'vitest'
import { environmentOf } from './server-process.ts'

describe('environmentOf', () => {
  it('lays flags over variables, and keeps what is for clients', () => {
    const forClients = { FOVEA_API_URL: 'http://x', FOVEA_API_KEY: 'fov_x' }
    const environment = { FOVEA_PORT: '3000', FOVEA_HOST: '127.0.0.1', PATH: '/bin', ...forClients }
    expect(environmentOf({ port: '8080', dataDir: '/srv' }, environment)).toEqual({
      FOVEA_PORT: '8080',
      FOVEA_HOST: '127.0.0.1',
      FOVEA_DATA_DIR: '/srv',
      PATH: '/bin',
    })
  })
})
