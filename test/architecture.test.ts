import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'vitest'
import { ConfigSchema } from '../config.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

/** Who may import whom; the table of ARCHITECTURE.md. A folder may always import itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  store: ['core'],
  broker: ['core'],
  upstream: ['core'],
  ingest: ['core', 'store'],
  'digital-twin': ['core', 'store'],
  api: ['core', 'store', 'digital-twin', 'ingest'],
  dashboard: [],
  telemetry: ['core'],
  simulator: ['core'],
  flows: [],
}

const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .trim()
  .split('\n')
const sources = tracked.filter((path) => /\.tsx?$/.test(path) && !path.includes('/dist/'))

interface Import {
  readonly target: string
  readonly isType: boolean
}

/** Static imports, one by one, and files named by `new URL('./…')`. */
function importsOf(path: string): Import[] {
  const text = read(path)
  const resolved = (target: string) => relative('.', join(dirname(path), target))
  const statements = text.matchAll(
    /^(?:import|export)\s(type\s)?(?:(?!^(?:import|export)\s)[\s\S])*?from\s+'(\.[^']+)'/gm,
  )
  const named = text.matchAll(/(?:import\(|^import |new URL\()\s*'(\.[^']+)'/gm)
  return [
    ...[...statements].map(([, type, target = '']) => ({
      target: resolved(target),
      isType: type !== undefined,
    })),
    ...[...named].map(([, target = '']) => ({ target: resolved(target), isType: false })),
  ]
}

describe('the folders', () => {
  it('import only what the design lets them', () => {
    const offences: string[] = []
    for (const path of sources) {
      const folder = path.split('/')[0] ?? ''
      const allowed = MAY_IMPORT[folder]
      if (!allowed) continue
      for (const { target } of importsOf(path)) {
        const to = target.split('/')[0] ?? ''
        if (to !== folder && !allowed.includes(to)) offences.push(`${path} imports ${target}`)
      }
    }
    assert.deepEqual(offences, [])
  })

  it('leave Node-RED’s nodes by themselves: they see the platform from outside only', () => {
    const offences = tracked
      .filter((path) => /^flows\/.*\.c?js$/.test(path))
      .flatMap((path) =>
        [...read(path).matchAll(/(?:require|import)\('(\.[^']+)'\)/g)]
          .map(([, target = '']) => relative('.', join(dirname(path), target)))
          .filter((target) => !target.startsWith('flows/'))
          .map((target) => `${path} requires ${target}`),
      )
    assert.deepEqual(offences, [])
  })

  it('have no import cycles', () => {
    const runTime = (path: string) =>
      importsOf(path).flatMap(({ target, isType }) => (isType || !sources.includes(target) ? [] : [target]))
    const graph = new Map(sources.map((path) => [path, runTime(path)]))
    const done = new Set<string>()
    const visit = (path: string, trail: readonly string[]): void => {
      assert.ok(!trail.includes(path), `cycle: ${[...trail, path].join(' → ')}`)
      if (done.has(path)) return
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path])
      done.add(path)
    }
    for (const path of graph.keys()) visit(path, [])
  })

  it('keep each file to one story', () => {
    const long = sources.filter((path) => !path.startsWith('test/') && read(path).split('\n').length > 301)
    assert.deepEqual(long, [])
  })
})

describe('what is written beside the code', () => {
  it('.env.example lists every setting of the schema and no other', () => {
    const listed = [...read('.env.example').matchAll(/^#?\s?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name)
    assert.deepEqual(listed.sort(), Object.keys(ConfigSchema.shape).sort())
  })

  it('the README names only npm scripts that exist, and every one of them a user needs', () => {
    const scripts = Object.keys(
      (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts,
    )
    const named = [...read('README.md').matchAll(/npm (?:run ([a-z:]+)|(ci|test|start)\b)/g)]
      .map(([, run, own]) => run ?? own ?? '')
      .filter((name) => name !== 'ci')
    for (const name of named)
      assert.ok(scripts.includes(name), `npm run ${name} is in the README and not in package.json`)
    for (const name of ['demo', 'start', 'test', 'check', 'bench', 'simulate'])
      assert.ok(named.includes(name), `the README does not say npm run ${name}`)
  })

  it('the lock files name no registry host', () => {
    for (const path of ['package-lock.json', 'flows/package-lock.json'])
      assert.doesNotMatch(read(path), /"resolved": "(?!https:\/\/registry\.npmjs\.org\/)[a-z]+:\/\//)
  })

  it('ARCHITECTURE.md points at files that are there', () => {
    const named = [...read('ARCHITECTURE.md').matchAll(/`([a-z-]+\/[a-z0-9/_.-]+\.(?:ts|sql|md))`/g)].map(
      ([, path = '']) => path,
    )
    assert.deepEqual(
      named.filter((path) => !tracked.includes(path)),
      [],
    )
  })

  it('every run-time dependency has its line in an ADR', () => {
    const dependenciesOf = (path: string) =>
      Object.keys((JSON.parse(read(path)) as { dependencies: Record<string, string> }).dependencies)
    const dependencies = [...dependenciesOf('package.json'), ...dependenciesOf('flows/package.json')]
    const adrs = tracked
      .filter((path) => path.startsWith('docs/adr/'))
      .map(read)
      .join('\n')
    assert.deepEqual(
      dependencies.filter((name) => !adrs.includes(`\`${name}\``)),
      [],
    )
  })
})
