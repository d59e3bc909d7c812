/** What one run of a script may take. Beyond any of these it is stopped and the message gets a fault. */
export const LIMITS = {
  /** Processor time of one run, asked for by the interpreter as it goes. */
  runCpuMs: 100,
  /** Processor time to read a program for the first time. */
  loadCpuMs: 300,
  /** By the clock, from outside: some built-in loops (sorting a huge sparse array) never ask the interpreter. */
  wallMs: 1000,
  startMs: 10_000,
  /** One program with its message; the interpreter itself is in it. */
  memoryBytes: 16 * 1024 * 1024,
  /** All of the machine: C stack (5 MiB), interpreter, and what the allocator loses. */
  machineBytes: 32 * 1024 * 1024,
  stackBytes: 256 * 1024,
  sourceChars: 256 * 1024,
  inputChars: 2 * 1024 * 1024,
  outputChars: 256 * 1024,
  outputDepth: 64,
  jobs: 100_000,
  /** Waiting and running together. */
  pending: 1000,
  /** Programs kept ready to run, by what their images weigh. */
  imageBytes: 32 * 1024 * 1024,
} as const
