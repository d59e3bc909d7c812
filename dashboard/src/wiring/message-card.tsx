import { formatClock, formatCount } from '../text/format.ts'
import { Payload } from './payload-view.tsx'
import { ReadingTable } from './reading-table.tsx'
import { tryMessage } from './trial.ts'
import { isProblem } from './verdict.ts'
import { VerdictView } from './verdict-view.tsx'
import type { Message } from './wire.ts'
import { w } from './words.ts'

interface Props {
  readonly message: Message
  /** Whose messages are looked at: the sender, or one that it speaks for. */
  readonly device: string
  readonly isNewest: boolean
  readonly changed: () => void
  readonly mending: (isOn: boolean) => void
}

/** One message: what came, what took it, what was made of it, and where that is now. */
export function MessageCard({ message, device, isNewest, changed, mending }: Props) {
  const { topic, payload, payloadBytes, format, via, sender } = message
  const tone = message.rejections.length > 0 ? 'bad' : isProblem(message) ? 'doubt' : 'good'
  return (
    <li class={`message message-${tone}`} data-testid="message" data-seq={message.seq} data-tone={tone}>
      <p class="message-head">
        <b>{formatClock(Date.parse(message.receivedAt))}</b>
        <code>{topic}</code>
        <span class="muted">
          {via.toUpperCase()} · {w('message.bytes', { count: formatCount(payloadBytes) })}
          {format !== null && ` · ${w('message.format', { format })}`}
          {sender !== device && ` · ${w('message.through', { sender })}`}
        </span>
      </p>
      <VerdictView
        judged={message}
        outcome={message}
        field={{ device, sender, topic, format }}
        payload={payload}
        changed={changed}
        mending={mending}
      />
      <details class="message-more" open={isNewest}>
        <summary>{w('message.more')}</summary>
        <Payload payload={payload} isCut={payloadBytes > 8192} />
        <ReadingTable readings={message.readings} />
        <button type="button" class="button" onClick={() => tryMessage(sender, topic, payload)}>
          {w('message.try')}
        </button>
      </details>
    </li>
  )
}
