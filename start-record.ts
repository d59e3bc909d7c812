import type { Domain } from './domain.ts'
import type { Audit } from './store/audit-writer.ts'

/** The start in the audit log, one record each, and what it did by itself. Not waited for: a start without the database is
 *  recorded once that is back. */
export function recordStart(
  audit: Audit,
  { store, credentials, newAdminToken }: Domain,
  startedAt: number,
): void {
  const byPlatform = { actor: 'platform', actorName: '', role: null, address: null }
  const summary = JSON.stringify({ database: store.db.kind })
  void audit.record({ ...byPlatform, action: 'platform-started', targets: [], summary, time: startedAt })
  for (const { id, role, createdAt } of credentials.tokens()) {
    if (role !== 'admin' || createdAt < startedAt) continue
    const how = JSON.stringify({ by: newAdminToken === null ? 'ADMIN_TOKEN' : 'first start' })
    void audit.record({ ...byPlatform, action: 'admin-token-set', targets: [id], summary: how })
  }
}
