import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { describe, it } from 'vitest'
import { connectionFor } from '../../api/snippets/connection.ts'
import { exampleMessage } from '../../api/snippets/example-message.ts'
import { mosquittoSnippet } from '../../api/snippets/shell.ts'
import { SNIPPETS } from '../../api/snippets/snippets.ts'
import type { Codec } from '../../ingest/codec.ts'

const settings = {
  publicHost: null,
  mqttHost: '0.0.0.0',
  mqttPort: 1883,
  mqttsPort: 8883,
  webSocketPath: '/mqtt',
  needsCertificate: true,
}
const connection = connectionFor(settings, { protocol: 'https', hostname: 'city.example', port: 8443 })
const message = { topic: 'a/b', payload: '00ff25', isHex: true, values: null }
const context = { connection, device: 'd-1', secret: 's', message, tlsPort: 8883 }

describe('a snippet', () => {
  it('over TLS names the port, the CA and the certificate', () => {
    assert.match(mosquittoSnippet(context), /-p 8883 --capath \/etc\/ssl\/certs --cert device\.crt/)
    assert.match(SNIPPETS.python.write(context), /client\.tls_set\(certfile/)
    assert.match(SNIPPETS.arduino.write(context), /WiFiClientSecure network;/)
    assert.match(SNIPPETS['node-red'].write(context), /"type": "tls-config"/)
    assert.match(SNIPPETS.curl.write(context), /'https:\/\/city\.example:8443\/ingest\/a\/b'/)
  })

  it('sends bytes that are no text', () => {
    const [bytes = ''] = mosquittoSnippet(context).split(' | ')
    assert.deepEqual(execFileSync('sh', ['-c', bytes]), Buffer.from('00ff25', 'hex'))
  })

  it('takes no host name that a shell would read as more than that', () => {
    for (const hostname of ['$(reboot)', "a'b", 'a b', '-oops', ''])
      assert.equal(connectionFor(settings, { protocol: 'http', hostname, port: 80 }).host, 'localhost')
    const { host, httpUrl } = connectionFor(settings, { protocol: 'http', hostname: '[::1]', port: 80 })
    assert.deepEqual([host, httpUrl], ['::1', 'http://[::1]:80'])
  })

  it('takes the example of a codec that has one, on the topic of the profile', () => {
    const codec: Codec = {
      format: 'other',
      matches: () => false,
      decode: () => ({ readings: [], rejections: [], ignored: {} }),
      examples: [
        { name: 'bad', topic: 'o/0', payload: 'x', gives: { rejections: [{ path: '', code: 'not_json' }] } },
        {
          name: 'good',
          topic: 'o/1',
          payload: { hex: '0102' },
          gives: { readings: [{ path: '', quantity: 'temperature', channel: '', value: 1 }] },
        },
      ],
    }
    assert.deepEqual(exampleMessage('d-1', [], undefined, codec), {
      topic: 'o/1',
      payload: '0102',
      isHex: true,
      values: null,
    })
  })
})
