import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest'
import type { Lang, ReportContent } from '../../digital-twin/indicator/report/content.ts'
import { reportPage } from '../../digital-twin/indicator/report/report.ts'
import { REPORT_POLICY } from '../../digital-twin/indicator/report/style.ts'
import { chromiumPath, launchChromium } from '../support/chromium.ts'
import { hasCommand } from '../support/command.ts'
import { type Pdf, readPdf } from '../support/pdf.ts'
import { wholeProvince, workedCase } from '../support/report-content.ts'

const said = (text: string) => ({ vi: text, en: text })

/** What is between the margins of an A4 page, in CSS pixels. */
const PAPER_WIDTH = Math.floor(((210 - 2 * 16) / 25.4) * 96)

describe.skipIf(chromiumPath() === null)('the yearly report on paper', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser.close())

  /** The page as the platform sends it: with its policy, which Chromium holds it to. */
  async function open(content: ReportContent, lang: Lang): Promise<Page> {
    const text = reportPage(content, lang)
    const server = createServer((_, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8')
      response.setHeader('content-security-policy', REPORT_POLICY)
      response.end(text)
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const page = await browser.newPage({ viewport: { width: PAPER_WIDTH, height: 1000 } })
    onTestFinished(async () => {
      await page.close()
      server.close()
    })
    const faults: string[] = []
    page.on('console', (message) => void faults.push(message.text()))
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    assert.deepEqual(faults, [])
    await page.emulateMedia({ media: 'print' })
    return page
  }

  async function print(page: Page): Promise<{ pdf: Pdf; text: string | null }> {
    const bytes = await page.pdf({ preferCSSPageSize: true, printBackground: true, tagged: true })
    const text = hasCommand('pdftotext')
      ? execFileSync('pdftotext', ['-layout', '-', '-'], { input: bytes, encoding: 'utf8' })
      : null
    return { pdf: readPdf(bytes), text }
  }

  /** What reaches beyond the right margin. */
  const overflowing = (page: Page) =>
    page.evaluate(
      (width) =>
        [...document.body.querySelectorAll('*')]
          .filter((element) => element.getBoundingClientRect().right > width + 0.5)
          .map((element) => `${element.tagName} ${element.textContent?.slice(0, 40)}`),
      PAPER_WIDTH,
    )

  for (const [name, content, least, most] of [
    ['the worked case', workedCase(), 3, 6],
    ['a province of 102 communes', wholeProvince(), 7, 12],
  ] as const)
    it(`prints ${name} without anything cut off`, async () => {
      const page = await open(content, 'vi')
      assert.deepEqual(await overflowing(page), [])
      const rows = await page.locator('tbody tr').count()
      const { pdf, text } = await print(page)
      assert.equal(pdf.language, 'vi')
      assert.ok(pdf.pages >= least && pdf.pages <= most, `${pdf.pages} pages`)
      assert.equal(pdf.rows.length, rows)
      assert.deepEqual(
        pdf.rows.filter((pages) => pages.length !== 1),
        [],
      )
      if (text === null) return
      const pages = text.split('\f').slice(0, -1)
      assert.equal(pages.length, pdf.pages)
      for (const [at, sheet] of pages.entries())
        assert.match(
          sheet.trim(),
          new RegExp(`${at + 1}\\s*/\\s*${pages.length}$`),
          `page ${at + 1} has its number`,
        )
      assert.match(text, /Báo cáo số kết nối IoT bình quân đầu người/)
      assert.match(text, /“trung bình mỗi người dân có 01 kết nối IoT”/)
      // Each page with rows of the long table has its headings again.
      const isRow = new RegExp(
        content.set.areas
          .filter(({ level }) => level === 'commune')
          .map(({ code }) => ` ${code} `)
          .join('|'),
      )
      for (const sheet of pages.filter((lines) => isRow.test(lines))) assert.match(sheet, /TT\s+Địa bàn/)
    })

  it('has its style by the policy it is sent with', async () => {
    const page = await open(workedCase(), 'en')
    const display = await page
      .locator('thead')
      .first()
      .evaluate((head) => getComputedStyle(head).display)
    assert.equal(display, 'table-header-group')
    const columns = await page.locator('.kpis').evaluate((tiles) => getComputedStyle(tiles).display)
    assert.equal(columns, 'grid')
  })

  it('cuts no row in two, however much is in it', async () => {
    const content = workedCase()
    const revisions = [...Array(30).keys()].flatMap((at) =>
      content.revisions.map((row) => ({
        ...row,
        reasons: [said('số liệu nhận muộn '.repeat(5 + 7 * (at % 9)))],
      })),
    )
    const { pdf } = await print(await open({ ...content, revisions }, 'vi'))
    assert.ok(pdf.pages > 6)
    assert.deepEqual(
      pdf.rows.filter((pages) => pages.length !== 1),
      [],
    )
  })

  it('keeps within the margins what people typed without a space', async () => {
    const content = workedCase()
    const page = await open(
      {
        ...content,
        populations: content.populations.map((row) => ({ ...row, source: 'x'.repeat(400) })),
        revisions: content.revisions.map((row) => ({ ...row, reasons: [said('y'.repeat(400))] })),
        targets: content.targets.map((target) => ({ ...target, source: 'z'.repeat(400) })),
      },
      'vi',
    )
    assert.deepEqual(await overflowing(page), [])
  })
})
