import { useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { useAsked } from '../state/asked.ts'
import { entityTypes, nameOf } from '../state/catalogue.ts'
import { commandsOf } from '../state/commands.ts'
import { signedIn } from '../state/sign-in.ts'
import type { ArgValue, Command, CommandModel } from '../wire/command.ts'
import type { Entity, Page } from '../wire/entity.ts'
import { CommandForm } from './command-form.tsx'
import { CommandHistory } from './command-history.tsx'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { LastCommand } from './last-command.tsx'
import { argText, desiredValue, reportedValue } from './values.ts'
import { w } from './words.ts'
import './commands.css'

const HISTORY_MAX = 10
const ASK_AGAIN_MS = 60_000

/** What the entity's device can be asked to do, what is desired beside what is reported, and what was asked before. Nothing
 *  for a type that takes no commands. */
export function CommandCard({ entity }: { entity: Entity }) {
  const models = entityTypes.value.get(entity.type)?.commands ?? []
  return models.length === 0 ? null : <Card entity={entity} models={models} key={entity.id} />
}

/** Whoever may not ask sees what is desired and reported. */
function mayAsk(): boolean {
  const who = signedIn.value
  return who !== null && who !== 'asking' && who.role !== 'statistician'
}

function Card({ entity, models }: { entity: Entity; models: readonly CommandModel[] }) {
  const titleId = useId()
  const may = mayAsk()
  const asked = useAsked<Page<Command>>(
    may ? `/entities/${entity.id}/commands?limit=${HISTORY_MAX}` : null,
    0,
    ASK_AGAIN_MS,
  ).value
  const commands = may ? commandsOf(entity.id, asked.body?.items ?? []) : []
  return (
    <section class="commands" aria-labelledby={titleId} data-testid="commands">
      <h3 class="card-title" id={titleId}>
        {w('title')}
      </h3>
      {models.map((model) => (
        <One
          key={model.name}
          entity={entity}
          model={model}
          may={may}
          last={commands.find((command) => command.name === model.name)}
        />
      ))}
      {may && <CommandHistory models={models} commands={commands.slice(0, HISTORY_MAX)} />}
    </section>
  )
}

interface OneProps {
  readonly entity: Entity
  readonly model: CommandModel
  readonly may: boolean
  readonly last: Command | undefined
}

/** One command: the first step prepares it, the dialog is the second. */
function One({ entity, model, may, last }: OneProps) {
  const prepared = useSignal<Readonly<Record<string, ArgValue>> | null>(null)
  return (
    <div class="command" data-testid={`command-${model.name}`}>
      <div class="command-head">
        <h4 class="command-name">{nameOf(model)}</h4>
        {model.reported !== null && <Compared entity={entity} model={model} />}
      </div>
      {may && (
        <>
          <CommandForm entity={entity} model={model} prepare={(args) => (prepared.value = args)} />
          <LastCommand command={last} model={model} />
        </>
      )}
      {prepared.value !== null && (
        <ConfirmDialog
          entity={entity}
          model={model}
          args={prepared.value}
          close={() => (prepared.value = null)}
        />
      )}
    </div>
  )
}

/** Desired and reported side by side. */
function Compared({ entity, model }: { entity: Entity; model: CommandModel }) {
  const { reported, args } = model
  const text = (value: ArgValue | null, none: string): string =>
    value === null || reported === null ? none : argText(reported.arg, args[reported.arg], value)
  const desired = desiredValue(entity, model)
  return (
    <dl class="compared">
      <div>
        <dt>{w('reported')}</dt>
        <dd data-testid="reported">{text(reportedValue(entity, model), w('unknown'))}</dd>
      </div>
      <div class={desired === null ? '' : 'compared-open'}>
        <dt>{w('desired')}</dt>
        <dd data-testid="desired">{text(desired, w('nothing'))}</dd>
      </div>
    </dl>
  )
}
