import assert from 'node:assert/strict'
import { describe, it } from 'vitest'
import { withhold } from '../../../digital-twin/indicator/disclosure.ts'
import { countedCells } from '../../../digital-twin/indicator/disclosure-cells.ts'
import { cellKey } from '../../../digital-twin/indicator/disclosure-cube.ts'
import type { Tally } from '../../../digital-twin/indicator/inputs.ts'

const tally = (area: string | null, of: Partial<Tally> = {}): Tally => ({
  area,
  access: 'CELLULAR',
  domain: 'WATER',
  class: 'CELLULAR',
  rule: 'ACTIVE',
  ownerKind: 'person',
  owners: [],
  devices: 1,
  sims: 1,
  ...of,
})
const areasOf = ({ area }: Tally) => [area ?? '66_U', '66']
const count = ({ devices }: Tally) => devices
const sums = [{ total: '66', parts: ['24133', '24328', '66_U'] }]

/** D1, D2, D4, D10, D6 and D11 of the worked case, all of persons who are not told. */
const WORKED: Tally[] = [
  tally('24133', { access: 'LPWAN', class: 'LPWAN', sims: 0 }),
  tally('24133'),
  tally('24133', { domain: 'TRAFFIC', sims: 2 }),
  tally('24133', { access: 'SHORT_RANGE', class: 'BEHIND_GATEWAY', sims: 0 }),
  tally('24328'),
  tally(null),
]

describe('cells counted for disclosure control', () => {
  it('adds up in every direction, and leaves of the worked case only the total', () => {
    const cells = countedCells(WORKED, { areasOf, count })
    const of = (key: string) => cells.find((cell) => cellKey(cell) === key)?.devices
    assert.equal(of('66|_T|_T|_T'), 6)
    assert.equal(of('24133|_T|WATER|_T'), 3)
    const withheld = withhold(cells, sums)
    const byAccess = cells.filter((cell) => cell.domain === '_T' && cell.class === '_T').map(cellKey)
    assert.deepEqual(
      byAccess.filter((key) => !withheld.has(key)),
      ['66|_T|_T|_T'],
    )
  })

  it('tells persons apart by their digests, and takes those without one as different', () => {
    const two = [
      tally('24133', { devices: 5, owners: ['a', 'b'] }),
      tally('24133', { devices: 2, owners: ['b'] }),
    ]
    const [cell] = countedCells(two, { areasOf, count })
    assert.deepEqual([cell?.devices, cell?.personDevices, cell?.personOwners], [7, 7, 2])
    const [untold] = countedCells([...two, tally('24133', { devices: 4 })], { areasOf, count })
    assert.equal(untold?.personOwners, 6)
  })

  it('finds the largest organisation', () => {
    const orgs = [['x'], ['y'], ['x'], []].map((owners, i) =>
      tally('24133', { ownerKind: 'org', owners, devices: i + 1 }),
    )
    const [cell] = countedCells(orgs, { areasOf, count })
    assert.deepEqual([cell?.topOrgDevices, cell?.personDevices], [4, 0])
    const [untold] = countedCells([tally('24133', { ownerKind: 'org', devices: 9 })], { areasOf, count })
    assert.equal(untold?.topOrgDevices, 1, 'who is not told is somebody else each time')
  })

  it('publishes the total where one person is among organisations, unless one of them could tell', () => {
    const among = (owners: string[]) => {
      const orgs = ['24133', '24328', null].map((area) =>
        tally(area, { ownerKind: 'org', owners, devices: 9 }),
      )
      return withhold(countedCells([...orgs, tally('24328')], { areasOf, count }), sums)
    }
    assert.deepEqual([...among([])], [])
    assert.equal(among(['water']).get('66|_T|_T|_T'), 'C')
    assert.equal(among(['water']).get('24328|_T|_T|_T'), 'C')
  })

  it('has gateways in no total of devices, but their SIMs in that of SIMs', () => {
    const gateway = tally('24133', { rule: 'GATEWAY', class: 'GATEWAY', access: 'LPWAN' })
    const total = (gatewaysApart: boolean) =>
      countedCells([...WORKED, gateway], { areasOf, count: ({ sims }) => sims, gatewaysApart }).find(
        (cell) => cellKey(cell) === '66|_T|_T|_T',
      )?.devices
    assert.equal(total(true), 5)
    assert.equal(total(false), 6)
  })
})
