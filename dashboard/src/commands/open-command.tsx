import { useSignal } from '@preact/signals'
import { attempt } from '../state/asked.ts'
import { nowMs } from '../state/clock.ts'
import { receiveCommand } from '../state/commands.ts'
import { formatAge } from '../text/format.ts'
import { post } from '../wire/client.ts'
import type { Command, CommandModel } from '../wire/command.ts'
import { StatusWord } from './status-line.tsx'
import { argsText } from './values.ts'
import { w } from './words.ts'

/** The command that is under way, for how long it holds, and how to take it back while its device has not got it. The place
 *  is kept when there is none: nothing jumps. */
export function OpenCommand({ command, model }: { command: Command | undefined; model: CommandModel }) {
  const fault = useSignal<string | null>(null)
  const takeBack = async (id: string): Promise<void> => {
    fault.value = await attempt(async () => receiveCommand(await post<Command>(`/commands/${id}/cancel`, {})))
  }
  return (
    <div class="command-open">
      <p aria-live="polite" data-testid="command-open">
        {command !== undefined && (
          <>
            <StatusWord command={command} /> <b>{argsText(model, command.args)}</b>
          </>
        )}
      </p>
      {command !== undefined && (
        <span class="muted">
          {w('left', { time: formatAge(Date.parse(command.expiresAt) - nowMs.value) })}
        </span>
      )}
      {command?.status === 'queued' && (
        <button
          type="button"
          class="button"
          onClick={() => void takeBack(command.id)}
          data-testid="command-cancel"
        >
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
