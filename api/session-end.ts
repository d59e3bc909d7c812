import type { ServerResponse } from 'node:http'

/** What a browser's session opened does not outlive it; with a session of then it resumes. */
export function endWithSession(response: ServerResponse, expiresAt: number | null): void {
  if (expiresAt === null) return
  const timer = setTimeout(() => response.end(), Math.max(0, expiresAt * 1000 - Date.now())).unref()
  response.once('close', () => clearTimeout(timer))
}
