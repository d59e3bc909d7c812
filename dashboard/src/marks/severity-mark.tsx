import type { Severity } from '../wire/alarm.ts'

/** One drawing for lists, badges and the map, in a box of 24 × 24: the worse, the more corners and the fuller, so that no
 *  severity is told by colour alone. */
export const SEVERITY_SHAPES: Readonly<Record<Severity, string>> = {
  low: 'M12 6a6 6 0 1 1 0 12a6 6 0 1 1 0-12z',
  medium: 'M12 3.5l9 16.5h-18z',
  high: 'M12 2l10 10l-10 10l-10-10z',
  critical: 'M7.5 2h9l5.5 5.5v9l-5.5 5.5h-9l-5.5-5.5v-9z',
}

/** Decorative: the severity stands beside it in words. */
export function SeverityMark({ severity }: { severity: Severity }) {
  return (
    <svg class="mark" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
      <path d={SEVERITY_SHAPES[severity]} class={`severity-${severity}`} />
      {severity === 'critical' && <path d="M12 6.5v7.5M12 17v.6" class="severity-cut" />}
    </svg>
  )
}
