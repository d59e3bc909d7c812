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
  /** New rows in the database after the process was killed. */
  readonly rows: number
}

/** What is there before the process starts. A subject that stores nothing takes of it the number of devices alone. */
export interface Content {
  readonly devices: number
  readonly rowsPerDevice: number
  /** One series more, of a year. */
  readonly hasYear: boolean
}

/** After a full garbage collection. */
export interface Memory {
  readonly heapBytes: number
  readonly residentBytes: number
}

export interface RunningSubject {
  readonly pid: number
  /** The database server, when it is one that this bench started. */
  readonly databasePid: number | null
  readonly mqttPort: number
  /** Null: there is none. */
  readonly api: Api | null
  readonly senders: readonly Sender[]
  /** Rows that were there before it started. */
  readonly rows: number
  /** From the making of the process until it said that it is ready. */
  readonly startMs: number
  memory(): Promise<Memory>
  /** Ends the subject and counts; null for a subject that stores nothing. */
  account(): Promise<Accounting | null>
  /** Removes all that is left of it. */
  remove(): Promise<void>
}

export interface Api {
  readonly url: string
  readonly token: string
}

export interface Subject {
  readonly name: string
  readonly description: string
  /** A fresh process with fresh data. */
  start(content: Content): Promise<RunningSubject>
}

/** Starts it, lets `work` use it, and removes it whatever happens. */
export async function withSubject<T>(
  subject: Subject,
  content: Content,
  work: (running: RunningSubject) => Promise<T>,
): Promise<T> {
  const running = await subject.start(content)
  try {
    return await work(running)
  } finally {
    await running.remove()
  }
}
