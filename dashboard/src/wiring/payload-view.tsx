import { CopyButton } from './copy-button.tsx'
import { readable } from './payload-bytes.ts'
import { w } from './words.ts'

/** What came: JSON with line breaks, text, or bytes. */
export function Payload({ payload, isCut }: { payload: string; isCut: boolean }) {
  const { text, kind } = readable(payload)
  return (
    <div class="code-box">
      <CopyButton text={text} what={w('payload.what')} />
      <pre class="code code-short" data-testid="payload" data-kind={kind}>
        {text === '' ? w('payload.empty') : text}
      </pre>
      {isCut && <p class="small muted">{w('payload.cut')}</p>}
    </div>
  )
}
