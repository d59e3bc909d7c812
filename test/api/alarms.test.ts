import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it, onTestFinished } from 'vitest'
import { connectDevice } from '../support/mqtt-client.ts'
import { startPlatformProcess } from '../support/platform-process.ts'
import { until } from '../support/until.ts'

interface Shown {
  readonly id: number
  readonly severity: string
  readonly textVi: string | null
  readonly shelvedUntil: string | null
  readonly members: number
  readonly events: readonly { what: string; by: string | null; note: string | null }[]
}

describe('alarms over HTTP', () => {
  it('live as docs/alarms.md says, and webhooks hear of them', async () => {
    const platform = await startPlatformProcess()
    const { api } = platform
    await platform.addDevice('wm-1')
    const heard: { event: string; alarm: { device: string } | null }[] = []
    const server = createServer((request, response) => {
      let text = ''
      request.on('data', (chunk) => {
        text += chunk
      })
      request.on('end', () => {
        heard.push(JSON.parse(text))
        response.writeHead(204).end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const made = await api('POST', '/notification-channels', {
      id: 'duty',
      name: 'Duty',
      url,
      severity: 'medium',
    })
    assert.equal(made.status, 201)
    assert.match(String(made.body.secret), /^[\w-]{43}$/)
    assert.equal((await api('POST', '/notification-channels', { id: 'duty', name: 'Duty', url })).status, 409)
    const wrong = { id: 'x', name: 'x', url: 'ftp://10.0.0.1/' }
    assert.equal((await api('POST', '/notification-channels', wrong)).status, 400)
    assert.deepEqual((await api('POST', '/notification-channels/duty/test')).body, {
      isTaken: true,
      fault: null,
    })

    for (let i = 0; i < 12; i += 1)
      await assert.rejects(connectDevice(platform.mqttPort, 'wm-1', `no-${i}`, { clientId: 'wm-1' }))
    const list = async (query: string) =>
      (await api<{ items: Shown[] }>('GET', `/alarms?${query}`)).body.items
    const { id, textVi } = await until('the alarm', async () => (await list('state=open'))[0])
    assert.match(textVi ?? '', /bị từ chối/)
    await until('the message', () =>
      heard.some(({ event, alarm }) => event === 'raised' && alarm?.device === 'wm-1'),
    )

    const act = (what: string, body?: object) => api<Shown>('POST', `/alarms/${id}/${what}`, body)
    for (const bad of [
      {},
      { minutes: 0 },
      { minutes: 99_999 },
      { minutes: 5, until: '2030-01-01T00:00:00Z' },
      { until: '2001-01-01T00:00:00Z' },
    ])
      assert.equal((await act('shelve', bad)).status, 400, JSON.stringify(bad))
    assert.ok((await act('shelve', { minutes: 10, note: 'a test' })).body.shelvedUntil)
    assert.deepEqual([(await list('state=open')).length, (await list('state=shelved')).length], [0, 1])
    assert.equal((await act('unshelve')).body.shelvedUntil, null)
    assert.equal((await api('PATCH', `/alarms/${id}`, {})).status, 400)
    assert.equal((await api<Shown>('PATCH', `/alarms/${id}`, { severity: 'low' })).body.severity, 'low')
    assert.equal((await list('severity=low&area=24133&kind=security&rule=device-refused-often')).length, 1)
    assert.equal((await list(`at=${new Date().toISOString()}`)).length, 1)
    assert.equal((await list('at=2020-01-01T00:00:00Z')).length, 0)
    assert.equal((await api('DELETE', `/alarms/${id}`)).status, 409)
    await act('acknowledge', { note: 'seen' })
    await act('unacknowledge')
    await act('clear', { note: 'by hand' })
    const { events } = (await api<Shown>('GET', `/alarms/${id}`)).body
    assert.deepEqual(
      events.map(({ what, by }) => [what, by]),
      [
        ['raised', null],
        ...[
          'shelved',
          'unshelved',
          'severity-changed',
          'acknowledged',
          'unacknowledged',
          'cleared',
          'acknowledged',
        ].map((what) => [what, 'administrator']),
      ],
    )
    await until('its end', () => heard.some(({ event }) => event === 'cleared'))
    const shown = (await api<{ items: { sent: number; secret?: string }[] }>('GET', '/notification-channels'))
      .body
    assert.equal(shown.items[0]?.secret, undefined)
    assert.equal((await api('DELETE', `/alarms/${id}`)).status, 204)
    assert.equal((await api('GET', `/alarms/${id}`)).status, 404)
    const off = await api('PATCH', '/notification-channels/duty', { isEnabled: false, area: '24133' })
    assert.deepEqual([off.status, off.body.isEnabled], [200, false])
    assert.equal((await api('PATCH', '/notification-channels/duty', { area: 'nowhere' })).status, 404)
    assert.equal((await api('DELETE', '/notification-channels/duty')).status, 204)
    assert.equal((await api('POST', '/notification-channels/duty/test')).status, 404)
  }, 120_000)
})
