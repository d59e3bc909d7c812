import { errorText, useAsked } from '../../state/asked.ts'
import { route, setQuery } from '../../state/route.ts'
import { formatDay } from '../../text/format.ts'
import { t } from '../../text/messages.ts'
import type { Release } from '../wire.ts'
import { RevisionTable } from './revision-table.tsx'
import type { Revisions } from './wire.ts'
import { w } from './words.ts'

/** Two releases side by side; the newest two unless the address says others. */
export function Compare({ releases }: { releases: readonly Release[] }) {
  const { query } = route.value
  const known = (name: string, fallback: string | undefined): string | undefined =>
    releases.find(({ id }) => id === query.get(name))?.id ?? fallback
  const after = known('after', releases[0]?.id)
  const before = known('before', earlier(releases, after))
  return (
    <section class="card release-card" aria-labelledby="compare-title" data-testid="compare">
      <h3 class="card-title" id="compare-title">
        {w('compare.title')}
      </h3>
      {after === undefined || before === undefined ? (
        <p class="muted">{w('compare.need')}</p>
      ) : (
        <>
          <div class="compare-picks">
            <Pick name="before" chosen={before} releases={releases} />
            <Pick name="after" chosen={after} releases={releases} />
          </div>
          <Changes before={before} after={after} />
        </>
      )}
    </section>
  )
}

/** The newest one before it that has a period of it. */
function earlier(releases: readonly Release[], after: string | undefined): string | undefined {
  const at = releases.findIndex(({ id }) => id === after)
  const periods = releases[at]?.periods ?? []
  return releases.slice(at + 1).find((other) => other.periods.some((period) => periods.includes(period)))?.id
}

interface PickProps {
  readonly name: 'before' | 'after'
  readonly chosen: string
  readonly releases: readonly Release[]
}

function Pick({ name, chosen, releases }: PickProps) {
  return (
    <label class="pick">
      <span>{w(`compare.${name}`)}</span>
      <select
        class="select"
        value={chosen}
        onChange={({ currentTarget: { value } }) => setQuery({ [name]: value })}
        data-testid={`compare-${name}`}
      >
        {releases.map(({ id, publishedAt, kind }) => (
          <option key={id} value={id}>
            {`${id} · ${formatDay(Date.parse(publishedAt))} · ${w(`kind.${kind}`)}`}
          </option>
        ))}
      </select>
    </label>
  )
}

function Changes({ before, after }: { before: string; after: string }) {
  const path = `/releases/${encodeURIComponent(after)}/revisions?against=${encodeURIComponent(before)}`
  const { body, error } = useAsked<Revisions>(path).value
  if (error !== null)
    return (
      <p class="error" role="alert">
        {w('failed', { detail: errorText(error) })}
      </p>
    )
  if (body === null) return <p class="muted">{t('app.loading')}</p>
  if (body.items.length === 0) return <p data-testid="compare-same">{w('compare.same')}</p>
  return (
    <>
      <RevisionTable revisions={body} />
      <p>
        <a href={`/api/v1${path}&format=csv`} download data-testid="revisions-csv">
          {w('compare.csv')}
        </a>
      </p>
    </>
  )
}
