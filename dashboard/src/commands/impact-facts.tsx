import { errorText, useAsked } from '../state/asked.ts'
import { language } from '../state/preferences.ts'
import { formatCount } from '../text/format.ts'
import type { ArgValue, CommandModel, Impact } from '../wire/command.ts'
import type { Entity } from '../wire/entity.ts'
import { reportedValue, shuts } from './values.ts'
import { w } from './words.ts'

const NAMED_MAX = 5

export interface Facts {
  /** Nothing is to be waited for any more. */
  readonly isKnown: boolean
  /** It may take something from somebody: one click more is not enough. */
  readonly isGrave: boolean
  readonly doesShut: boolean
  readonly impact: Impact | null
  readonly error: string | null
}

/** Whom it concerns: asked where the command lets nothing through, or its model warns. */
export function useImpact(
  entity: Entity,
  model: CommandModel,
  args: Readonly<Record<string, ArgValue>>,
): Facts {
  // What was reported long ago tells nothing of now.
  const isSo =
    entity.freshness === 'fresh' &&
    model.reported !== null &&
    reportedValue(entity, model) === args[model.reported.arg]
  const doesShut = shuts(model, args) && !isSo
  const isAsked = doesShut || model.warningVi !== null
  const { body, error } = useAsked<Impact>(isAsked ? `/entities/${entity.id}/impact` : null).value
  const isLost = body !== null && body.lost.length > 0
  return {
    isKnown: !isAsked || body !== null || error !== null,
    // What could not be found out is taken for the worst.
    isGrave: doesShut && (isLost || error !== null),
    doesShut,
    impact: body,
    error: error && errorText(error),
  }
}

export function ImpactFacts({ facts, model }: { facts: Facts; model: CommandModel }) {
  const warning = language.value === 'en' ? (model.warningEn ?? model.warningVi) : model.warningVi
  return (
    <div
      class={facts.isGrave ? 'confirm-facts confirm-grave' : 'confirm-facts'}
      aria-live="polite"
      data-testid="command-facts"
    >
      {warning !== null && <p>{warning}</p>}
      {!facts.isKnown && <p class="muted">{w('dialog.asking')}</p>}
      {facts.error !== null && <p class="error">{w('dialog.noFacts', { error: facts.error })}</p>}
      {facts.impact !== null && <Lost impact={facts.impact} doesShut={facts.doesShut} />}
    </div>
  )
}

function Lost({ impact: { customers, lost }, doesShut }: { impact: Impact; doesShut: boolean }) {
  if (lost.length === 0) return <p class="muted">{w('dialog.nobody')}</p>
  const fill = { customers: formatCount(customers), lost: formatCount(lost.length) }
  if (!doesShut) return <p>{w('dialog.couldLose', fill)}</p>
  const names = lost.slice(0, NAMED_MAX).map(({ id, name }) => name ?? id)
  return (
    <>
      <p>
        <b>{w('dialog.loses', fill)}</b>
      </p>
      <p class="muted small">
        {w('dialog.among', { names: `${names.join(', ')}${lost.length > NAMED_MAX ? ', …' : ''}` })}
      </p>
    </>
  )
}
