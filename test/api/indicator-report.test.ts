import assert from 'node:assert/strict'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { REPORT_POLICY } from '../../digital-twin/indicator/report/style.ts'
import { type PlatformProcess, startSharedPlatform } from '../support/platform-process.ts'
import { ADMIN_TOKEN } from '../support/spawn-platform.ts'

describe('the yearly report over HTTP', () => {
  let platform: PlatformProcess
  beforeAll(async () => {
    platform = await startSharedPlatform()
  })
  afterAll(() => platform.kill('SIGKILL'))

  const report = (query: string) =>
    fetch(`${platform.http}/api/v1/indicators/report?${query}`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    })
  const textOf = async (query: string) =>
    (await (await report(query)).text())
      .replace(/<style>[\s\S]*?<\/style>/, '')
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')

  it('is one page that a browser takes by its own policy, and says that nothing is released', async () => {
    const made = await platform.api('POST', '/populations', {
      ...{ area: '24133', year: 2025, basis: 'average', value: 8, source: '<b>Niên giám</b>' },
    })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    const response = await report('year=2025')
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.equal(response.headers.get('content-security-policy'), REPORT_POLICY)
    assert.equal(response.headers.get('cache-control'), 'no-store')
    const page = await response.text()
    assert.match(page, /^<!doctype html>\n<html lang="vi">/)
    assert.ok(page.includes('&#60;b&#62;Niên giám') && !page.includes('<b>Niên giám'))
    const text = await textOf('year=2025')
    for (const told of [
      'Báo cáo số kết nối IoT bình quân đầu người năm 2025',
      'chưa phát hành',
      'Phường Buôn Ma Thuột 24133 8 0 0,0000',
      '“trung bình mỗi người dân 04 kết nối IoT”',
      '“đạt mức trung bình cao trong nước”',
      'IOT_CONN = Kết nối IoT đang hoạt động 0',
    ])
      assert.ok(text.includes(told), `${told}\nin\n${text}`)
    assert.equal(page.match(/<path /g)?.length, 102)
    const before = await textOf('year=2024')
    assert.ok(before.includes('Thành phố Buôn Ma Thuột') && !before.includes('Bản đồ'), before)
  })

  it('names the release it is of, and stays what it was', async () => {
    const published = await platform.api('POST', '/releases', { periods: ['2025'], reason: 'lần đầu' })
    assert.equal(published.status, 201, JSON.stringify(published.body))
    const { id, publishedAt } = published.body as { id: string; publishedAt: string }
    const asOf = `year=2025&asOf=${encodeURIComponent(publishedAt)}`
    const first = await textOf(asOf)
    assert.ok(first.includes(`${id} (thường kỳ)`) && first.includes('lần đầu'), first)
    assert.ok(first.includes('khoá bằng SHA-256'))

    await platform.api('POST', '/populations', {
      ...{ area: '24133', year: 2025, basis: 'average', value: 9, source: 'điều chỉnh' },
    })
    const again = await platform.api('POST', '/releases', { periods: ['2025'], reason: 'dân số điều chỉnh' })
    assert.equal(again.status, 201, JSON.stringify(again.body))
    const second = await textOf('year=2025&lang=vi')
    assert.ok(second.includes('Phường Buôn Ma Thuột 24133 9 0 0,0000'), second)
    assert.equal(await textOf(asOf), first)
  })

  it.each([
    ['year=1', 400, 'year'],
    ['', 400, 'year'],
    ['year=2025&lang=fr', 400, 'lang'],
    ['year=2025&asOf=yesterday', 400, 'asOf'],
    ['year=2099', 422, '2099-12-31'],
  ])('says of ?%s what is wrong', async (query, status, told) => {
    const response = await report(query)
    assert.equal(response.status, status)
    assert.ok((await response.text()).includes(told))
  })
})
