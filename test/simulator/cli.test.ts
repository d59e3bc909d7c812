import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { HELP, readCli } from '../../simulator/cli.ts'

const TOKEN = { PLUMBLINE_TOKEN: 'secret' }
const message = (args: string[], env: Record<string, string> = TOKEN): string => {
  const cli = readCli(args, env)
  return cli.kind === 'fault' ? cli.message : `no fault: ${cli.kind}`
}

describe('arguments', () => {
  it('have defaults, and the token may come from the environment', () => {
    expect(readCli([], TOKEN)).toEqual({
      kind: 'run',
      options: {
        devices: 100,
        rate: undefined,
        url: 'mqtt://127.0.0.1:1883',
        api: 'http://127.0.0.1:8080',
        token: 'secret',
        seed: 1,
        durationS: undefined,
        faults: 0.05,
        prefix: 'sim',
        network: false,
        incidents: [],
        historyHours: 0,
        stateFile: undefined,
        markTest: true,
      },
    })
  })

  it('are read', () => {
    const args =
      '--devices 500 --rate 2.5 --seed 7 --duration 60 --faults 0 --token t --state-file s --count-as-real'
    expect(readCli(args.split(' '), TOKEN)).toMatchObject({
      options: {
        devices: 500,
        rate: 2.5,
        seed: 7,
        durationS: 60,
        faults: 0,
        token: 't',
        stateFile: 's',
        markTest: false,
      },
    })
  })

  it.each([
    [['--devices', 'many'], "--devices got 'many': it takes a number from 1 to 100000"],
    [['--devices', '1.5'], "--devices got '1.5': it takes a whole number from 1 to 100000"],
    [['--devices', '0'], "--devices got '0': it takes a number from 1 to 100000"],
    [['--faults', '2'], "--faults got '2': it takes a number from 0 to 1"],
    [
      ['--api', 'localhost'],
      "--api got 'localhost': it takes an address that begins with http:// or https://",
    ],
    [['--url', 'http://a'], "--url got 'http://a': it takes an address that begins with mqtt://"],
    [['--devices', '2', '--rate', '5000'], "--rate got '5000': 2 devices send at most 2000"],
    [['--devcies', '2'], "Unknown option '--devcies'"],
    [['500'], "Unexpected argument '500'"],
  ])('refuse %j with what they take', (args, want) => {
    expect(message(args)).toContain(want)
  })

  it('ask for a token', () => {
    expect(message([], {})).toContain('--token or in PLUMBLINE_TOKEN')
  })
})

describe('the command', () => {
  const main = fileURLToPath(new URL('../../simulator/main.ts', import.meta.url))
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', env: { PATH: process.env.PATH } })

  it('exits with 2 and says what to do without a token', () => {
    const { status, stderr } = run('--devices', '1')
    expect(status).toBe(2)
    expect(stderr).toContain('PLUMBLINE_TOKEN')
  })

  it('shows its options', () => {
    const { status, stdout } = run('--help')
    expect(status).toBe(0)
    expect(stdout.trim()).toBe(HELP)
  })

  it('name what shall go wrong, or say what they take', () => {
    const cli = readCli(['--token', 't', '--network', '--incident', 'pipe-burst:sim-zone-01@1+2'], {})
    expect(cli).toMatchObject({
      kind: 'run',
      options: { network: true, incidents: [{ kind: 'pipe-burst', target: 'sim-zone-01' }] },
    })
    const wrong = readCli(['--token', 't', '--incident', 'flood:x'], {})
    expect(wrong).toMatchObject({
      kind: 'fault',
      message: expect.stringMatching(/--incident got 'flood:x': it takes/),
    })
  })
})
