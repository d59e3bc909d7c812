import type { Alarm, Finding } from '../../core/alarm.ts'
import type { Log, RuleMetrics } from '../../core/ports.ts'
import type { Neighbours, Relation } from '../../core/relation.ts'
import type { Micros } from '../../core/time.ts'
import type { Db } from '../../store/db.ts'
import type { Registry } from '../../store/registry.ts'
import type { Twins } from '../twins.ts'
import type { Baselines } from './baselines.ts'
import type { Rules } from './rules.ts'

/** What the evaluation of rules stands on. */
export interface EvaluatorParts {
  readonly rules: Pick<Rules, 'all' | 'rule' | 'areasAbove' | 'refreshAreas' | 'onChange'>
  readonly alarms: {
    /** False: it is refused, for too many are active. */
    raise(finding: Finding): boolean
    clear(key: string): void
    recent(): Iterable<Alarm>
  }
  readonly registry: Pick<Registry, 'entity' | 'entities' | 'device' | 'devices' | 'onNewDevice'>
  readonly twins: Pick<Twins, 'lastSeen' | 'latest' | 'derived' | 'intervalS' | 'dependants' | 'onChange'>
  readonly relations: Neighbours & { onChange(listener: (relation: Relation) => void): unknown }
  readonly baselines: Baselines
  readonly db: Db
  readonly metrics: RuleMetrics
  readonly log: Log
  readonly now?: () => Micros
}
