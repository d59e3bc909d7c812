import { useSignal } from '@preact/signals'
import { CopyButton } from './copy-button.tsx'
import { freshSecrets } from './credentials.ts'
import type { Snippets } from './wire.ts'
import { w } from './words.ts'

const NAMES: Readonly<Record<string, string>> = {
  mosquitto: 'mosquitto_pub',
  curl: 'curl',
  python: 'Python',
  arduino: 'Arduino / ESP32',
  'node-red': 'Node-RED',
}

/** The secret is put in where it is known to this page; the API never shows it again. */
export function SnippetsCard({ id, snippets }: { id: string; snippets: Snippets }) {
  const chosen = useSignal('mosquitto')
  const { items, connection, topic } = snippets
  const item = items.find((one) => one.for === chosen.value) ?? items[0]
  const secret = freshSecrets.value.get(id)
  const text = secret === undefined ? (item?.text ?? '') : (item?.text ?? '').replaceAll('<secret>', secret)
  return (
    <section class="card pad snippets" aria-label={w('snippets.title')}>
      <h2 class="card-title">{w('snippets.title')}</h2>
      <p class="small muted">
        MQTT <b>{`${connection.host}:${connection.mqttsPort ?? connection.mqttPort}`}</b>
        {connection.mqttsPort !== null && ' (TLS)'} · topic <b>{topic}</b>
      </p>
      {connection.isMqttOnLoopbackOnly && (
        <p class="warning" data-testid="loopback">
          {w('snippets.loopback', { host: connection.host })}
        </p>
      )}
      <fieldset class="chip-row" aria-label={w('snippets.for')}>
        {items.map((one) => (
          <button
            type="button"
            key={one.for}
            class={one === item ? 'chip chip-on' : 'chip'}
            aria-pressed={one === item}
            onClick={() => {
              chosen.value = one.for
            }}
            data-testid={`snippet-${one.for}`}
          >
            {NAMES[one.for] ?? one.for}
          </button>
        ))}
      </fieldset>
      <div class="code-box">
        <CopyButton text={text} what={NAMES[item?.for ?? ''] ?? ''} testId="copy-snippet" />
        <pre class={item?.language === 'shell' ? 'code code-wrapped' : 'code'} data-testid="snippet-text">
          {text}
        </pre>
      </div>
      {secret === undefined && <p class="small muted">{w('snippets.noSecret')}</p>}
      {chosen.value === 'node-red' && <p class="small muted">{w('snippets.nodeRed')}</p>}
    </section>
  )
}
