import type { Upstream, UpstreamTopic } from '../core/upstream.ts'
import { type Db, isDuplicateKey } from './db.ts'
import { Sealer } from './sealed.ts'

type Row = Pick<
  Upstream,
  'id' | 'url' | 'username' | 'clientId' | 'device' | 'retained' | 'ca' | 'cert' | 'createdAt'
> & { topics: UpstreamTopic[]; password: string | null; key: string | null }

/** What may be changed while the session at the broker stays the same. */
export type UpstreamLogin = Pick<Upstream, 'username' | 'password' | 'ca' | 'cert' | 'key'>

/** The upstreams, with their secrets sealed. Few and seldom asked for: not kept in memory here. */
export class UpstreamStore {
  readonly #db: Db
  readonly #sealer: Sealer

  constructor(db: Db, secretKey: Uint8Array) {
    this.#db = db
    this.#sealer = new Sealer(secretKey)
  }

  async list(): Promise<Upstream[]> {
    const { rows } = await this.#db.query<Row>({ text: `${SELECT} order by id` })
    return rows.map((row) => this.#opened(row))
  }

  async find(id: string): Promise<Upstream | null> {
    const { rows } = await this.#db.query<Row>({ text: `${SELECT} where id = $1`, values: [id] })
    return rows[0] ? this.#opened(rows[0]) : null
  }

  /** False: the id is in use. */
  async insert(upstream: Upstream): Promise<boolean> {
    const { id, url, clientId, device, topics, retained, createdAt } = upstream
    try {
      await this.#db.query({
        text: `insert into upstream (username, sealed_password, ca, cert, sealed_key, id, url, client_id, device_id, topics, retained, created_at)
               values ($1, decode($2, 'base64'), $3, $4, decode($5, 'base64'), $6, $7, $8, $9, $10::text::jsonb, $11, from_us($12))`,
        values: [
          ...this.#login(id, upstream),
          id,
          url,
          clientId,
          device,
          JSON.stringify(topics),
          retained,
          createdAt,
        ],
      })
      return true
    } catch (error) {
      if (isDuplicateKey(error)) return false
      throw error
    }
  }

  async putLogin(id: string, login: UpstreamLogin): Promise<void> {
    await this.#db.query({
      text: `update upstream set username = $1, sealed_password = decode($2, 'base64'), ca = $3, cert = $4,
               sealed_key = decode($5, 'base64') where id = $6`,
      values: [...this.#login(id, login), id],
    })
  }

  /** False: there was none. */
  async remove(id: string): Promise<boolean> {
    const { rowCount } = await this.#db.query({ text: 'delete from upstream where id = $1', values: [id] })
    return rowCount > 0
  }

  #login(id: string, { username, password, ca, cert, key }: UpstreamLogin): (string | null)[] {
    return [username, this.#sealed(password, `${id}/password`), ca, cert, this.#sealed(key, `${id}/key`)]
  }

  #sealed(text: string | null, purpose: string): string | null {
    return text === null ? null : this.#sealer.seal(text, `upstream/${purpose}`).toString('base64')
  }

  #opened(row: Row): Upstream {
    const open = (sealed: string | null, purpose: string) =>
      sealed === null ? null : this.#sealer.open(Buffer.from(sealed, 'base64'), `upstream/${purpose}`)
    const password = open(row.password, `${row.id}/password`)
    const key = open(row.key, `${row.id}/key`)
    const isUnreadable = (row.password !== null && password === null) || (row.key !== null && key === null)
    return { ...row, password, key, isUnreadable }
  }
}

const SELECT = `
  select id, url, username, encode(sealed_password, 'base64') as password, client_id as "clientId", device_id as device,
    topics, retained, ca, cert, encode(sealed_key, 'base64') as key, created_at as "createdAt"
  from upstream`
