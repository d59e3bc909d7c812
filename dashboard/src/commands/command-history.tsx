import { nameOf } from '../state/catalogue.ts'
import { formatMoment } from '../text/format.ts'
import type { Command, CommandModel } from '../wire/command.ts'
import { reasonOf, StatusWord } from './status-word.tsx'
import { argsText } from './values.ts'
import { w } from './words.ts'

interface Props {
  readonly models: readonly CommandModel[]
  readonly commands: readonly Command[]
}

/** The last ones: when, who, what, and what became of it. */
export function CommandHistory({ models, commands }: Props) {
  return (
    <details class="command-history">
      <summary>{w('history')}</summary>
      {commands.length === 0 && <p class="muted">{w('history.none')}</p>}
      <ol data-testid="command-history">
        {commands.map((command) => (
          <Entry
            key={command.id}
            command={command}
            model={models.find(({ name }) => name === command.name)}
          />
        ))}
      </ol>
    </details>
  )
}

function Entry({ command, model }: { command: Command; model: CommandModel | undefined }) {
  const { issuedAt, by, name, args, note, detail } = command
  const reason = reasonOf(command)
  return (
    <li data-testid="command-entry" data-command={command.id}>
      <div class="command-entry-head">
        <time dateTime={issuedAt}>{formatMoment(Date.parse(issuedAt))}</time>
        <span>{by}</span>
        <b>
          {model === undefined ? name : nameOf(model)}: {argsText(model, args)}
        </b>
        <span title={detail ?? undefined}>
          <StatusWord command={command} />
        </span>
      </div>
      {reason !== null && <p class="small">{reason}</p>}
      {note !== null && <p class="muted small">{w('history.note', { note })}</p>}
    </li>
  )
}
