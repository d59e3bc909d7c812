import { type Logger, pino } from 'pino'

// What must never be in a log, wherever in an object it stands.
const SECRETS = [
  'password',
  'secret',
  'token',
  'authorization',
  'cookie',
  '*.password',
  '*.secret',
  '*.token',
  'req.headers.authorization',
  'req.headers.cookie',
]

/** Structured lines on standard output, one JSON object each. */
export const createLog = (level: string): Logger =>
  pino({ level, redact: SECRETS, base: null, timestamp: pino.stdTimeFunctions.isoTime })
