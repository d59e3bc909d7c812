const { gatherReport, yesterdayOf } = require('./lib/daily-report.js')
const { reportCsv, reportHtml } = require('./lib/report-page.js')

/** Makes the report of yesterday, or of `msg.day`: HTML, CSV and the figures. */
module.exports = (RED) => {
  function PlumblineDailyReport(config) {
    RED.nodes.createNode(this, config)
    const server = RED.nodes.getNode(config.server)

    const ask = {
      entities: () => {
        const query = new URLSearchParams({ limit: '10000' })
        if (config.entityType) query.set('type', config.entityType)
        if (config.area) query.set('area', config.area)
        return server.list(`/entities?${query}`)
      },
      buckets: async (id, quantity, from, to) => {
        const query = new URLSearchParams({
          quantity,
          from: from.toISOString(),
          to: to.toISOString(),
          resolution: '1d',
        })
        return (await server.api('GET', `/entities/${encodeURIComponent(id)}/observations?${query}`)).items
      },
    }

    this.on('input', async (msg, send, done) => {
      try {
        if (!server) throw new Error('choose a server')
        this.status({ fill: 'blue', shape: 'dot', text: 'gathering' })
        const areas = await server.api('GET', '/areas')
        const names = new Map(areas.items.map(({ code, nameVi }) => [code, nameVi]))
        const report = await gatherReport(msg.day ?? yesterdayOf(Date.now()), ask, names)
        const html = reportHtml(report)
        const csv = reportCsv(report)
        this.status({ fill: 'green', shape: 'dot', text: `${report.day}: ${report.lines.length} lines` })
        send({
          ...msg,
          topic: `Plumbline daily report ${report.day}`,
          payload: report,
          html,
          csv,
          attachments: [
            { filename: `plumbline-${report.day}.csv`, content: csv, contentType: 'text/csv; charset=utf-8' },
          ],
        })
        done()
      } catch (error) {
        this.status({ fill: 'red', shape: 'ring', text: error.message.slice(0, 60) })
        done(error)
      }
    })
  }

  RED.nodes.registerType('plumbline-daily-report', PlumblineDailyReport)
}
