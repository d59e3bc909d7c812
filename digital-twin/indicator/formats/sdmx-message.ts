import { type Lang, type Names, nameIn } from './names.ts'

/** A name in the language asked for, and in both, as SDMX-JSON has them. */
export const named = (names: Names, lang: Lang) => ({
  name: nameIn(names, lang),
  names: { vi: names.nameVi, en: names.nameEn },
})

/** `meta` of an SDMX-JSON message. Nothing in it is of the moment of asking, so the same figures give the same bytes. */
export function messageMeta(message: {
  readonly agency: string
  readonly id: string
  readonly schema: string
  readonly prepared: string
  readonly isTest: boolean
  readonly title: Names
  readonly lang: Lang
}) {
  const { agency, lang } = message
  const sender = { nameVi: `Nền tảng IoT (${agency})`, nameEn: `IoT platform (${agency})` }
  return {
    schema: message.schema,
    id: `IOT-${message.id}`.replaceAll(/[^A-Za-z0-9_@$-]/g, '-'),
    test: message.isTest,
    prepared: message.prepared,
    contentLanguages: lang === 'vi' ? ['vi', 'en'] : ['en', 'vi'],
    ...named(message.title, lang),
    sender: { id: agency, ...named(sender, lang) },
  }
}
