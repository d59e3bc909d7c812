import { useSignal } from '@preact/signals'
import { attempt } from '../../state/asked.ts'
import { setQuery } from '../../state/route.ts'
import { formatMoment } from '../../text/format.ts'
import { get } from '../../wire/client.ts'
import { periodName } from '../codes.ts'
import { TableScroll } from '../table-scroll.tsx'
import type { Release } from '../wire.ts'
import type { Verification } from './wire.ts'
import { w } from './words.ts'

const COLUMNS = ['id', 'published', 'kind', 'periods', 'reason', 'inputs'] as const

/** Newest first. Its id shows the page as it was published then. */
export function ReleaseList({ releases }: { releases: readonly Release[] }) {
  return (
    <TableScroll label={w('title')}>
      <table class="figures release-list">
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <th scope="col" key={column}>
                {w(`col.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {releases.map(({ id, publishedAt, kind, final, periods, reason, inputsSha256 }) => (
            <tr key={id} data-testid="release" data-release={id}>
              <th scope="row">
                <button
                  type="button"
                  class="figure-name"
                  title={w('show')}
                  onClick={() => setQuery({ asOf: publishedAt })}
                >
                  {id}
                </button>
              </th>
              <td class="release-time">{formatMoment(Date.parse(publishedAt))}</td>
              <td>
                {w(`kind.${kind}`)} <span class="tag">{w(final ? 'final' : 'provisional')}</span>
              </td>
              <td>{periods.map(periodName).join(', ')}</td>
              <td class="release-reason">{reason || '–'}</td>
              <td>
                <code class="small" title={inputsSha256}>
                  {inputsSha256.slice(0, 12)}…
                </code>{' '}
                <Verify id={id} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  )
}

/** Whether what was published still follows from what was frozen. */
function Verify({ id }: { id: string }) {
  const said = useSignal<string | null>(null)
  const isSame = useSignal(false)
  const isBusy = useSignal(false)
  const verify = async (): Promise<void> => {
    isBusy.value = true
    const fault = await attempt(async () => {
      const { same, periods } = await get<Verification>(`/releases/${encodeURIComponent(id)}/verify`)
      const reasons = periods.flatMap(({ period, reason }) =>
        reason === null ? [] : [`${period}: ${reason}`],
      )
      isSame.value = same
      said.value = same ? w('verify.same') : w('verify.other', { detail: reasons.join('; ') })
    })
    if (fault !== null) {
      isSame.value = false
      said.value = fault
    }
    isBusy.value = false
  }
  return (
    <>
      <button
        type="button"
        class="button"
        disabled={isBusy.value}
        onClick={() => void verify()}
        data-testid="verify"
      >
        {w(isBusy.value ? 'verify.busy' : 'verify')}
      </button>
      <span
        class={isSame.value ? 'small release-verified' : 'small release-verified error'}
        role="status"
        data-testid="verified"
      >
        {said.value}
      </span>
    </>
  )
}
