import { isShelved } from '../state/alarms.ts'
import { areaName } from '../state/catalogue.ts'
import { nowMs } from '../state/clock.ts'
import { entityCell } from '../state/entities.ts'
import { addressOf } from '../state/route.ts'
import { Age } from '../table/age.tsx'
import { formatCount, formatMoment } from '../text/format.ts'
import type { Alarm } from '../wire/alarm.ts'
import { type WordKey, w, wordOr } from './words.ts'

/** Where and when, by whom, and what else its rule left. */
export function AlarmFacts({ alarm, open }: { alarm: Alarm; open(id: number): void }) {
  const { entity, device, address, area, raisedAt, lastAt, count, clearedAt, note, group } = alarm
  const { acknowledgedAt, acknowledgedBy, shelvedUntil, shelvedBy } = alarm
  const name = entity === null ? null : (entityCell(entity).value?.name ?? null)
  const moment = (time: string): string => formatMoment(Date.parse(time))
  return (
    <dl class="details alarm-facts">
      {entity !== null && (
        <Fact of="panel.entity">
          <a href={addressOf('entities', entity)}>{name ?? entity}</a>{' '}
          {name !== null && <span class="muted">{entity}</span>}
        </Fact>
      )}
      {area !== null && <Fact of="panel.area">{areaName(area)}</Fact>}
      {device !== null && device !== entity && <Fact of="panel.device">{device}</Fact>}
      {address !== null && <Fact of="panel.address">{address}</Fact>}
      <Fact of="panel.raised">
        {moment(raisedAt)} (<Age time={raisedAt} />)
      </Fact>
      <Fact of="panel.last">
        {moment(lastAt)} · {w('panel.times', { count: formatCount(count) })}
      </Fact>
      {clearedAt !== null && <Fact of="panel.over">{moment(clearedAt)}</Fact>}
      {acknowledgedAt !== null && (
        <Fact of="panel.acknowledged">
          {acknowledgedBy}, {moment(acknowledgedAt)}
        </Fact>
      )}
      {shelvedUntil !== null && isShelved(alarm, nowMs.value) && (
        <Fact of="panel.shelved">
          {moment(shelvedUntil)}, {shelvedBy}
        </Fact>
      )}
      {group !== null && (
        <Fact of="panel.group">
          <button type="button" class="link" onClick={() => open(group)} data-testid="to-group">
            #{group}
          </button>
        </Fact>
      )}
      {note !== null && note !== '' && <Fact of="panel.note">{note}</Fact>}
      <Fact of="panel.rule">{alarm.rule}</Fact>
      <Others details={alarm.details} />
    </dl>
  )
}

/** What the page already tells in words. */
const TOLD: ReadonlySet<string> = new Set(['channel', 'since', 'condition', 'points', 'memberRule'])

function Others({ details }: Pick<Alarm, 'details'>) {
  const others = Object.entries(details).filter(([key, value]) => !TOLD.has(key) && value !== null)
  return others.map(([key, value]) => (
    <div key={key}>
      <dt>{wordOr(`detail.${key}`, key)}</dt>
      <dd>
        {typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value)}
      </dd>
    </div>
  ))
}

function Fact({ of, children }: { of: WordKey; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{w(of)}</dt>
      <dd>{children}</dd>
    </div>
  )
}
