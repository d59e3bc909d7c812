import { formatCount, formatDecimal } from '../text/format.ts'
import { t } from '../text/messages.ts'
import type { Indicator, TargetArm } from '../wire/indicator.ts'

interface Props {
  readonly arm: TargetArm
  readonly indicator: Indicator
}

export function TargetRow({ arm, indicator }: Props) {
  const value = arm.value == null ? null : String(arm.value)
  const share = value === null ? null : progress(arm, Number(value), indicator)
  return (
    <li class="target">
      <span class="target-name">
        {title(arm)}
        {value !== null && <b> {t('indicator.perPerson', { value: formatDecimal(value) })}</b>}
      </span>
      <Verdict met={arm.met} />
      {share !== null && <Bar share={share} label={title(arm)} met={arm.met === true} />}
      <span class="target-gap muted small">{gapText(arm, indicator)}</span>
    </li>
  )
}

function title(arm: TargetArm): string {
  const year = arm.by.slice(0, 4)
  return t(arm.kind === 'upper-average' ? 'indicator.upper' : 'indicator.byYear', { year })
}

function gapText(arm: TargetArm, { perPerson }: Indicator): string {
  const now = perPerson === null ? null : t('indicator.now', { value: formatDecimal(perPerson) })
  const missing =
    arm.gap === null || arm.gap === 0 ? null : t('indicator.missing', { count: formatCount(arm.gap) })
  const unknown = arm.kind === 'upper-average' && arm.met === null ? t('indicator.upperUnknown') : null
  return [now, missing, unknown].filter((part) => part !== null).join(' · ')
}

/** 0–100. From the integers, not the printed ratio, and never full before the target is met. */
function progress(arm: TargetArm, target: number, { connections, population }: Indicator): number | null {
  if (population === null || population === 0 || target <= 0) return null
  if (arm.met === true) return 100
  return Math.min(99.5, (100 * connections) / (target * population))
}

function Verdict({ met }: { met: boolean | null }) {
  if (met === null) return <span class="verdict">{t('indicator.unjudged')}</span>
  return met ? (
    <span class="verdict verdict-met">✓ {t('indicator.met')}</span>
  ) : (
    <span class="verdict verdict-not">✗ {t('indicator.notMet')}</span>
  )
}

function Bar({ share, label, met }: { share: number; label: string; met: boolean }) {
  return (
    <span
      class="bar"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(share)}
    >
      <span class={met ? 'bar-fill bar-met' : 'bar-fill'} style={{ width: `${share}%` }} />
    </span>
  )
}
