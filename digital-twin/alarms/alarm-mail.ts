import type { Alarm } from '../../core/alarm.ts'
import { QUANTITIES } from '../../core/quantity.ts'
import { LOCAL_OFFSET_MS, type Micros } from '../../core/time.ts'
import { alarmDocument } from './alarm-document.ts'
import { type MailEvent, WORDS, type Words } from './alarm-mail-words.ts'
import type { Mail } from './mailer.ts'
import { type Language, measuredIn, numberIn } from './measured.ts'

export interface ToTell {
  readonly event: MailEvent
  readonly channel: { readonly id: string; readonly name: string; readonly language: Language }
  /** Null: only to try the channel. */
  readonly alarm: Alarm | null
}

export interface MailWorld {
  /** As people call it; null: by its id. */
  entityName(id: string): string | null
  areaName(code: string, language: Language): string | null
  /** Where the pages are; null: nobody said. */
  readonly publicUrl: string | null
  /** The data here is simulated. */
  readonly isSynthetic: boolean
}

const TITLE_CHARS_MAX = 120
const SUBJECT_CHARS_MAX = 200

/** The mail about one event of an alarm. Whatever names and texts hold, its subject is one line and its page plain text. */
export function alarmMail({ event, channel, alarm }: ToTell, world: MailWorld, now: Micros): Mail {
  const { language } = channel
  const words = WORDS[language]
  const told = alarm && alarmDocument(alarm)
  const title = told ? titleOf(told, language) : words.testTitle
  const place = alarm ? placeOf(alarm, world, language) : ''
  const severity = alarm && words.severities[alarm.severity]
  const subject = [
    `[Plumbline]${world.isSynthetic ? ` [${words.simulated}]` : ''} ${words.events[event]}`,
    ...(severity ? [severity] : []),
    [title, place].filter(Boolean).join(' – '),
  ].join(': ')
  const link = world.publicUrl === null ? null : { href: world.publicUrl + pageOf(alarm), text: words.open }
  const head = `${words.events[event]}: ${title}`
  const rows = told && alarm ? rowsOf(alarm, told, { place, words, language }) : []
  const foot = [
    ...(world.isSynthetic ? [words.simulatedNote] : []),
    words.foot.replace('{channel}', oneLine(channel.name)),
  ]
  return {
    id: idOf(event, channel.id, alarm, now),
    after: event === 'raised' || event === 'test' ? null : idOf('raised', channel.id, alarm, now),
    subject: cut(oneLine(subject), SUBJECT_CHARS_MAX),
    text: textOf(head, rows, link, foot),
    html: htmlOf(head, rows, link, foot),
    isUrgent: event !== 'cleared' && alarm?.severity === 'critical',
  }
}

const idOf = (event: string, channel: string, alarm: Alarm | null, now: Micros) =>
  `plumbline.${alarm ? `${alarm.id}.${alarm.raisedAt}` : now}.${event}.${channel}`

/** Of the dashboard: state/route.ts there. */
const pageOf = (alarm: Alarm | null) => (alarm === null ? '/#/alarms' : `/#/alarms?alarm=${alarm.id}`)

type Told = ReturnType<typeof alarmDocument>
type Row = readonly [label: string, text: string]

interface Link {
  readonly href: string
  readonly text: string
}

/** The rule's name; of an alarm without one, what its text begins with. */
function titleOf(told: Told, language: Language): string {
  const name = language === 'vi' ? told.ruleNameVi : (told.ruleNameEn ?? told.ruleNameVi)
  return oneLine(name ?? cut(textIn(told, language), TITLE_CHARS_MAX))
}

const textIn = ({ text, textVi }: Pick<Alarm, 'text' | 'textVi'>, language: Language) =>
  oneLine(language === 'vi' ? (textVi ?? text) : text)

function placeOf({ entity, device, area, address }: Alarm, world: MailWorld, language: Language): string {
  const id = entity ?? device
  const name = entity === null ? null : world.entityName(entity)
  const areaName = area === null ? null : (world.areaName(area, language) ?? area)
  const what = name === null || name === id ? id : `${name} (${id})`
  return oneLine([what ?? address, areaName].filter(Boolean).join(', '))
}

interface Saying {
  readonly place: string
  readonly words: Words
  readonly language: Language
}

function rowsOf(alarm: Alarm, told: Told, { place, words, language }: Saying): Row[] {
  const advice = language === 'vi' ? told.adviceVi : (told.adviceEn ?? told.adviceVi)
  const rows: (Row | null)[] = [
    [words.severity, words.severities[alarm.severity]],
    place === '' ? null : [words.where, place],
    [words.since, momentOf(alarm.raisedAt)],
    alarm.clearedAt === null ? null : [words.until, momentOf(alarm.clearedAt)],
    alarm.members === 0 ? null : [words.members, String(alarm.members)],
    valueRow(told, words, language),
    told.ruleNameVi === null && told.ruleNameEn === null ? [words.what, textIn(alarm, language)] : null,
    advice === null ? null : [words.advice, oneLine(advice)],
    alarm.note === null ? null : [words.note, oneLine(alarm.note)],
  ]
  return rows.filter((row) => row !== null)
}

function valueRow({ quantity, value, bound, unit }: Told, words: Words, language: Language): Row | null {
  if (quantity === null || value === null) return null
  const [id = '', channel] = quantity.split('/')
  const known = QUANTITIES.get(id)
  const name = known ? (language === 'vi' ? known.nameVi : known.nameEn) : id
  const limit = bound === null ? '' : ` (${words.bound} ${numberIn(language, bound)})`
  return [
    oneLine([name, channel].filter(Boolean).join(' ')),
    oneLine(`${measuredIn(language, value, unit ?? '')}${limit}`),
  ]
}

/** Local time: "14:05:12 30/11/2026 (UTC+7)". */
function momentOf(time: Micros): string {
  const [day = '', clock = ''] = new Date(time / 1000 + LOCAL_OFFSET_MS).toISOString().split('T')
  return `${clock.slice(0, 8)} ${day.split('-').reverse().join('/')} (UTC+7)`
}

const textOf = (head: string, rows: readonly Row[], link: Link | null, foot: readonly string[]): string =>
  [
    head,
    '',
    ...rows.map(([label, text]) => `${label}: ${text}`),
    ...(link === null ? [] : ['', `${link.text}: ${link.href}`]),
    '',
    '-- ',
    ...foot,
    '',
  ].join('\n')

function htmlOf(head: string, rows: readonly Row[], link: Link | null, foot: readonly string[]): string {
  const cells = rows.map(
    ([label, text]) =>
      `<tr><th align="left" valign="top" style="padding:2px 12px 2px 0">${escaped(label)}</th><td>${escaped(text)}</td></tr>`,
  )
  return [
    '<!doctype html><html><body style="font-family:sans-serif">',
    `<p style="font-size:18px"><b>${escaped(head)}</b></p>`,
    `<table style="border-collapse:collapse">${cells.join('')}</table>`,
    link === null ? '' : `<p><a href="${escaped(link.href)}">${escaped(link.text)}</a></p>`,
    `<p style="color:#555">${foot.map(escaped).join('<br>')}</p>`,
    '</body></html>',
  ].join('\n')
}

/** Also against what turns the reading direction of a line around. */
const oneLine = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\s\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .trim()

const cut = (text: string, charsMax: number): string => {
  const characters = [...text]
  return characters.length <= charsMax ? text : `${characters.slice(0, charsMax - 1).join('')}…`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
