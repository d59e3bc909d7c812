import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { NewRule } from '../../digital-twin/alarms/rule.ts'
import { ruleFault } from '../../digital-twin/alarms/rule-fault.ts'
import { tryRule } from '../../digital-twin/alarms/try-rule.ts'
import { allow } from '../access.ts'
import { RuleBody, RuleId, ShownRule } from '../alarm-rule-document.ts'
import type { RouteOptions } from '../app.ts'
import { Problem, problem } from '../problem.ts'
import { Id, Instant, page } from '../schemas.ts'

const RULES_MAX = 20_000
const tags = ['alarms']
const Tried = z.object({
  items: z.array(
    z.object({
      entity: z.string(),
      quantity: z.string(),
      channel: z.string(),
      value: z.number(),
      bound: z.number().nullable(),
      raisedAt: z.string(),
      clearedAt: z.string().nullable(),
    }),
  ),
  readings: z.number(),
  truncated: z.boolean(),
})
const RuleWithOriginal = ShownRule.extend({
  original: ShownRule.optional().describe('of a changed rule that came with an entity type: as it came'),
})
const params = z.object({ id: RuleId })
const faultOf = (rule: NewRule): string | null => {
  const fault = ruleFault(rule)
  return fault && `${fault.field}: ${fault.why}`
}

/** What raises alarms about what is observed. */
export const alarmRuleRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts, access }) => {
  const { rules } = parts
  await app.register(changeRoutes, { parts, access })

  app.get(
    '/alarm-rules',
    { onRequest: allow('operator', 'integrator'), schema: { tags, response: { 200: page(ShownRule) } } },
    async () => ({ items: rules.all() as z.input<typeof ShownRule>[] }),
  )
  app.get(
    '/alarm-rules/:id',
    {
      onRequest: allow('operator', 'integrator'),
      schema: { tags, params, response: { 200: RuleWithOriginal, 404: Problem } },
    },
    async ({ params: { id } }, reply) => {
      const [rule, original] = [rules.rule(id), rules.original(id)]
      if (!rule) return problem(reply, 404, 'rule_not_found', `no rule ${id}`)
      return { ...rule, ...(original ? { original } : {}) } as z.input<typeof RuleWithOriginal>
    },
  )
  app.post(
    '/alarm-rules/try',
    {
      onRequest: allow('integrator'),
      schema: {
        tags,
        description: 'What the rule would have raised of what is stored. Nothing is raised, nothing is kept.',
        body: z.strictObject({ rule: RuleBody, from: Instant, to: Instant, entity: Id.optional() }),
        response: { 200: Tried, 422: Problem },
      },
    },
    async ({ body: { rule, ...window } }, reply) => {
      const fault = faultOf(rule as NewRule)
      if (fault) return problem(reply, 422, 'rule_not_valid', fault)
      if (rule.condition.kind === 'silence')
        return problem(reply, 422, 'rule_not_valid', 'condition.kind: silence cannot be tried')
      if (window.to <= window.from) return problem(reply, 422, 'rule_not_valid', 'to: must be after from')
      return tryRule(parts, rule as NewRule, window)
    },
  )
}

const changeRoutes: FastifyPluginAsyncZod<RouteOptions> = async (app, { parts: { rules } }) => {
  const onRequest = allow('integrator')
  const shown = (rule: unknown) => rule as z.input<typeof ShownRule>
  app.post(
    '/alarm-rules',
    {
      onRequest,
      schema: {
        tags,
        body: RuleBody.extend({ id: RuleId }),
        response: { 201: ShownRule, 409: Problem, 422: Problem },
      },
    },
    async ({ body: { id, isEnabled = true, ...rule }, principal }, reply) => {
      const fault = faultOf(rule as NewRule)
      if (fault) return problem(reply, 422, 'rule_not_valid', fault)
      if (id === 'try' || rules.rule(id)) return problem(reply, 409, 'rule_exists', `there is a rule ${id}`)
      if (rules.all().length >= RULES_MAX)
        return problem(reply, 409, 'too_many_rules', `there are ${RULES_MAX} rules`)
      const put = await rules.put(id, rule as NewRule, isEnabled, principal?.name ?? '')
      return reply.code(201).send(shown(put))
    },
  )
  app.put(
    '/alarm-rules/:id',
    {
      onRequest,
      schema: { tags, params, body: RuleBody, response: { 200: ShownRule, 404: Problem, 422: Problem } },
    },
    async ({ params: { id }, body: { isEnabled, ...rule }, principal }, reply) => {
      const before = rules.rule(id)
      if (!before) return problem(reply, 404, 'rule_not_found', `no rule ${id}`)
      const fault = faultOf(rule as NewRule)
      if (fault) return problem(reply, 422, 'rule_not_valid', fault)
      const enabled = isEnabled ?? before.isEnabled
      return shown(await rules.put(id, rule as NewRule, enabled, principal?.name ?? ''))
    },
  )
  app.patch(
    '/alarm-rules/:id',
    {
      onRequest,
      schema: {
        tags,
        params,
        body: z.strictObject({ isEnabled: z.boolean() }),
        response: { 200: ShownRule, 404: Problem },
      },
    },
    async ({ params: { id }, body, principal }, reply) => {
      const before = rules.rule(id)
      if (!before) return problem(reply, 404, 'rule_not_found', `no rule ${id}`)
      const { id: _id, isEnabled: _is, origin: _origin, revision: _revision, ...rule } = before
      return shown(await rules.put(id, rule, body.isEnabled, principal?.name ?? ''))
    },
  )
  app.delete(
    '/alarm-rules/:id',
    {
      onRequest,
      schema: {
        tags,
        description: 'A changed rule that came with an entity type is as it came again.',
        params,
        response: { 204: z.null(), 404: Problem },
      },
    },
    async ({ params: { id } }, reply) =>
      (await rules.remove(id))
        ? reply.code(204).send(null)
        : problem(reply, 404, 'rule_not_found', `no rule of your own ${id}`),
  )
}
