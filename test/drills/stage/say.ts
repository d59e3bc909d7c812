/** Progress goes to standard error: standard output is for the one JSON document at the end. */
export const say = (line: string): void => {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`)
}
