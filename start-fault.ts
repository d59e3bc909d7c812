import { StartError } from './store/start-error.ts'

/** What the operator must mend before the platform can start, in one line; null for a fault of ours. */
export function startFault(error: unknown): string | null {
  if (error instanceof StartError) return error.message
  const { code, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string }
  if (code === 'EADDRINUSE')
    return `${address}:${port} is in use by another program: stop that one, or set HTTP_PORT, MQTT_PORT or MQTTS_PORT`
  if (code === 'EACCES' && port !== undefined)
    return `${address}:${port} may not be listened on by this user: take a port above 1023`
  if (code === 'EADDRNOTAVAIL') return `${address} is no address of this machine: set HTTP_HOST and MQTT_HOST`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `${(error as { hostname?: string }).hostname} is no known host: set HTTP_HOST and MQTT_HOST`
  if (code === 'EACCES' || code === 'EEXIST' || code === 'ENOTDIR' || code === 'EROFS')
    return `DATA_DIR or SECRET_KEY_FILE cannot be used (${(error as Error).message})`
  return null
}
