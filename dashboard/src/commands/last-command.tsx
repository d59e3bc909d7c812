import { useSignal } from '@preact/signals'
import { attempt } from '../state/asked.ts'
import { nowMs } from '../state/clock.ts'
import { receiveCommand } from '../state/commands.ts'
import { formatAge, formatClock } from '../text/format.ts'
import { post } from '../wire/client.ts'
import type { Command, CommandModel } from '../wire/command.ts'
import { reasonOf, StatusWord } from './status-word.tsx'
import { argsText } from './values.ts'
import { w } from './words.ts'

/** What became of the last one, for how long it holds, and how to take it back while its device has not got it. */
export function LastCommand({ command, model }: { command: Command | undefined; model: CommandModel }) {
  const fault = useSignal<string | null>(null)
  if (command === undefined) return <p class="command-last muted">{w('history.none')}</p>
  const takeBack = async (): Promise<void> => {
    fault.value = await attempt(async () =>
      receiveCommand(await post<Command>(`/commands/${command.id}/cancel`, {})),
    )
  }
  const reason = reasonOf(command)
  const isOver = command.endedAt !== null
  return (
    <div class="command-last">
      <p aria-live="polite" data-testid="command-last">
        <b>{argsText(model, command.args)}</b> <StatusWord command={command} />
        {reason !== null && <span class="command-reason">{reason}</span>}
      </p>
      <span class="muted">
        {isOver
          ? formatClock(Date.parse(command.endedAt ?? command.issuedAt))
          : w('left', { time: formatAge(Date.parse(command.expiresAt) - nowMs.value) })}
      </span>
      {command.status === 'queued' && (
        <button type="button" class="button" onClick={() => void takeBack()} data-testid="command-cancel">
          {w('cancel')}
        </button>
      )}
      {fault.value !== null && (
        <p class="error" role="alert">
          {fault.value}
        </p>
      )}
    </div>
  )
}
