/** A device as the load generator signs in. */
export interface Sender {
  readonly device: string
  readonly password: string
}

/** What the platform says became of the messages, and what a fresh look into the database finds. */
export interface Accounting {
  readonly received: number
  readonly stored: number
  readonly duplicate: number
  readonly rejected: number
  /** Rows in the database after the process was killed. */
  readonly rows: number
}

interface RunningSubject {
  readonly pid: number
  /** The database server, when it is one that this bench started. */
  readonly databasePid: number | null
  readonly mqttPort: number
  readonly senders: readonly Sender[]
  /** Ends the subject and counts; null for a subject that stores nothing. */
  account(): Promise<Accounting | null>
  /** Removes all that is left of it. */
  remove(): Promise<void>
}

export interface Subject {
  readonly name: string
  readonly description: string
  /** A fresh process with fresh data, and so many devices to send as. */
  start(devices: number): Promise<RunningSubject>
}
