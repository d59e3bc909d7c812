import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, it, onTestFinished } from 'vitest'
import { freePort } from '../support/free-port.ts'

const SCRIPT = fileURLToPath(new URL('../../.ci/audit.mjs', import.meta.url))
const NAME = 'has-a-fault'

/** A project with one dependency. */
function project(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-audit-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const dependencies = { [NAME]: '1.0.0' }
  const own = { name: 'p', version: '1.0.0', dependencies }
  const installed = {
    version: '1.0.0',
    resolved: `https://registry.npmjs.org/${NAME}/-/${NAME}-1.0.0.tgz`,
    integrity: 'sha512-AA==',
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(own))
  writeFileSync(
    join(folder, 'package-lock.json'),
    JSON.stringify({
      ...own,
      lockfileVersion: 3,
      requires: true,
      packages: { '': own, [`node_modules/${NAME}`]: installed },
    }),
  )
  return folder
}

/** A registry that knows of a fault of this severity; null: none, and it does not answer the question at all. */
async function registry(severity: string | null): Promise<string> {
  const server = createServer((request, answer) => {
    const json = (body: object) =>
      answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (request.method === 'POST' && severity === null) return answer.writeHead(405).end()
    if (request.method === 'POST')
      return json({
        [NAME]: [
          {
            id: 1,
            url: 'https://example.org/1',
            title: 'a fault',
            severity,
            vulnerable_versions: '<2.0.0',
            cwe: [],
            cvss: { score: 8, vectorString: null },
          },
        ],
      })
    return json({
      name: NAME,
      'dist-tags': { latest: '1.0.0' },
      versions: { '1.0.0': { name: NAME, version: '1.0.0' } },
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

const audit = (address: string) =>
  new Promise<{ code: number | null; stdout: string }>((resolve) => {
    const folder = project()
    const env = {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      npm_config_registry: address,
      npm_config_cache: join(folder, 'cache'),
    }
    const child = execFile(process.execPath, [SCRIPT], { cwd: folder, env }, (_error, stdout) =>
      resolve({ code: child.exitCode, stdout }),
    )
  })

describe('the audit of the dependencies', () => {
  it('fails for what is high or critical, and names it', async () => {
    const { code, stdout } = await audit(await registry('high'))
    assert.equal(code, 1, stdout)
    assert.match(stdout, /high: has-a-fault .*: a fault https:\/\/example\.org\/1/)
  })

  it('tells of less, and goes on', async () => {
    const { code, stdout } = await audit(await registry('moderate'))
    assert.equal(code, 0, stdout)
    assert.match(stdout, /1 known faults, 0 of them high/)
  })

  it('says that it could not ask, where the registry has no such answer or there is none', async () => {
    for (const address of [await registry(null), `http://127.0.0.1:${await freePort()}/`]) {
      const { code, stdout } = await audit(address)
      assert.equal(code, 0, stdout)
      assert.match(stdout, /DEPENDENCIES NOT AUDITED: the registry could not be asked \(.{5,}\)/)
    }
  })
})
