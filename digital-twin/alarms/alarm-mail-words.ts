import type { Severity } from '../../core/alarm.ts'
import type { Language } from './measured.ts'

export type MailEvent = 'raised' | 'cleared' | 'reminder' | 'test'

export interface Words {
  readonly events: Readonly<Record<MailEvent, string>>
  readonly severities: Readonly<Record<Severity, string>>
  readonly severity: string
  readonly where: string
  readonly since: string
  readonly until: string
  readonly members: string
  readonly what: string
  readonly bound: string
  readonly advice: string
  readonly note: string
  readonly open: string
  readonly testTitle: string
  readonly simulated: string
  readonly simulatedNote: string
  readonly foot: string
}

export const WORDS: Readonly<Record<Language, Words>> = {
  vi: {
    events: {
      raised: 'Cảnh báo',
      cleared: 'Hết cảnh báo',
      reminder: 'Nhắc lại, chưa ai xác nhận',
      test: 'Thử kênh',
    },
    severities: { low: 'Thấp', medium: 'Trung bình', high: 'Cao', critical: 'NGUY CẤP' },
    severity: 'Mức độ',
    where: 'Ở đâu',
    since: 'Từ lúc',
    until: 'Hết lúc',
    members: 'Số cảnh báo kéo theo',
    what: 'Sự việc',
    bound: 'ngưỡng',
    advice: 'Việc cần làm',
    note: 'Ghi chú',
    open: 'Mở trang',
    testTitle: 'Thư đến được nơi nhận',
    simulated: 'Mô phỏng',
    simulatedNote: 'Dữ liệu mô phỏng, không phải số đo thật.',
    foot: 'Thư tự động của Plumbline, kênh “{channel}”. Xin đừng trả lời thư này.',
  },
  en: {
    events: {
      raised: 'Alarm',
      cleared: 'Alarm over',
      reminder: 'Reminder, nobody has acknowledged',
      test: 'Channel test',
    },
    severities: { low: 'Low', medium: 'Medium', high: 'High', critical: 'CRITICAL' },
    severity: 'Severity',
    where: 'Where',
    since: 'Since',
    until: 'Over at',
    members: 'Alarms that follow from it',
    what: 'What',
    bound: 'bound',
    advice: 'What to do',
    note: 'Note',
    open: 'Open the page',
    testTitle: 'Mail gets through',
    simulated: 'Simulated',
    simulatedNote: 'Simulated data, nothing was measured.',
    foot: 'Sent by Plumbline, channel “{channel}”. Please do not answer this mail.',
  },
}
