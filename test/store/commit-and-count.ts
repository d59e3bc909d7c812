import { openStore } from '../../store/store.ts'
import { silent } from '../support/silent-log.ts'

/** Run under strace: so many commits between two lines on standard output. */
const [, , folder = '', commits = '0'] = process.argv
const { db } = await openStore({ databaseUrl: undefined, dataDir: folder, plain: false }, silent, () => {})
process.stdout.write('COMMITS BEGIN\n')
for (let i = 0; i < Number(commits); i++)
  await db.query({ text: `insert into setting (key, value) values ($1, '1')`, values: [`k${i}`] })
process.stdout.write('COMMITS END\n')
await db.close()
