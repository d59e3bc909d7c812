import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { useAsked } from '../state/asked.ts'
import { Choice, Labelled, TextField } from './fields.tsx'
import { MappingEditor } from './mapping-editor.tsx'
import type { Encoding } from './payload-bytes.ts'
import { bytesOf, toBase64 } from './payload-bytes.ts'
import { ReadingTable } from './reading-table.tsx'
import { changeTrial, runTrial, type TrialResult, trial, turnToMapping } from './trial.ts'
import { VerdictView } from './verdict-view.tsx'
import type { Items } from './wire.ts'
import { w } from './words.ts'

const WAIT_MS = 350

/** What the platform would make of a payload, told while it is typed. Stores nothing. */
export function TryTab() {
  const result = useSignal<TrialResult>({ at: 'none' })
  const version = useSignal(0)
  const asked = trial.value
  useEffect(() => {
    let gone = false
    const timer = setTimeout(() => {
      void runTrial(asked).then((found) => {
        if (!gone) result.value = found
      })
    }, WAIT_MS)
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [asked, version.value])
  return (
    <div class="try-grid">
      <section class="card pad form try-form" aria-label={w('tab.try')}>
        <h2 class="card-title">{w('tab.try')}</h2>
        <p class="muted small">{w('try.hint')}</p>
        <TrialForm />
      </section>
      <section
        class="card pad try-result"
        aria-label={w('try.result')}
        aria-live="polite"
        data-testid="trial-result"
      >
        <h2 class="card-title">{w('try.result')}</h2>
        <Result result={result.value} again={() => version.value++} />
      </section>
      {asked.format === 'mapping' && <MappingEditor />}
    </div>
  )
}

function TrialForm() {
  const { text, encoding, format, topic, device } = trial.value
  const formats = useAsked<Items<{ id: string }>>('/formats').value.body?.items ?? []
  return (
    <>
      <Labelled label={w('try.payload')}>
        {(id) => (
          <textarea
            id={id}
            class="input code-input"
            rows={8}
            spellcheck={false}
            value={text}
            onInput={(event) => changeTrial({ text: event.currentTarget.value })}
            data-testid="trial-payload"
          />
        )}
      </Labelled>
      <div class="form-grid">
        <Choice
          label={w('try.encoding')}
          value={encoding}
          set={(value) => changeTrial({ encoding: value as Encoding })}
          options={[
            ['text', w('try.text')],
            ['hex', 'hex'],
            ['base64', 'base64'],
          ]}
          testId="trial-encoding"
        />
        <Choice
          label={w('try.format')}
          value={format}
          set={(value) => (value === 'mapping' ? turnToMapping() : changeTrial({ format: value }))}
          options={[
            ['', w('try.byProfile')],
            ...formats.map(({ id }) => [id, id === 'mapping' ? w('try.mapping') : id] as const),
          ]}
          testId="trial-format"
        />
        <TextField
          label={w('try.topic')}
          value={topic}
          set={(value) => changeTrial({ topic: value })}
          testId="trial-topic"
        />
        <TextField
          label={w('try.device')}
          hint={w('try.deviceHint')}
          value={device}
          set={(value) => changeTrial({ device: value.trim() })}
          testId="trial-device"
        />
      </div>
    </>
  )
}

function Result({ result, again }: { result: TrialResult; again: () => void }) {
  if (result.at === 'none') return <p class="muted">{w('try.nothing')}</p>
  if (result.at === 'fault')
    return (
      <p class="error" data-testid="trial-fault">
        {result.text}
      </p>
    )
  const { text, encoding, device, topic, format } = trial.value
  const { judged } = result
  // Without a device, or read as by no profile, there is nothing to save a meaning in.
  const field =
    device === '' || format === 'mapping' ? null : { device, sender: device, topic, format: judged.format }
  return (
    <>
      <p class="muted small">{w('try.readAs', { format: judged.format ?? '–' })}</p>
      <VerdictView
        judged={judged}
        outcome={null}
        field={field}
        payload={toBase64(bytesOf(text, encoding) ?? new Uint8Array())}
        changed={again}
      />
      <ReadingTable readings={judged.readings} />
    </>
  )
}
