import { language } from '../state/preferences.ts'

/** The faults that people make most, as the server words them, in Vietnamese; `$1` is what it names. */
const IN_VIETNAMESE: readonly (readonly [wording: RegExp, vi: string])[] = [
  [/^is empty, and takes a value$/, 'để trống: cần có giá trị'],
  [/^no area (\S+) is in force on (\S+);.*$/, 'không có địa bàn mang mã $1 vào ngày $2'],
  [/^no area (\S+)( .*)?; see GET .*$/, 'không có địa bàn mang mã $1'],
  [/^no device (\S+): bring in the devices first$/, 'không có thiết bị $1: hãy nhập thiết bị trước'],
  [/^no device (\S+)$/, 'không có thiết bị $1'],
  [/^Invalid option: expected one of (.*)$/, 'phải là một trong: $1'],
  [/^Invalid input: expected (?:number|int).*$/, 'phải là một số'],
  [/^Too big: expected .*<=\s*(\S+).*$/, 'quá lớn: nhiều nhất là $1'],
  [/^Too small: expected .*>=\s*(\S+).*$/, 'quá nhỏ: ít nhất là $1'],
  [/^is about the same as row (\d+): (.*)$/, 'trùng với dòng $1: $2'],
  [/^there are no rows below the header$/, 'không có dòng nào dưới dòng tiêu đề'],
  [/^no column is called (.+?); .*$/, 'không có cột nào tên là $1: hãy dùng tệp mẫu'],
  [/^there is no column (.+?); .*$/, 'thiếu cột $1: hãy dùng tệp mẫu'],
  [/^two columns are called (.*)$/, 'có hai cột cùng tên $1'],
  [/^more than (\d+) rows: .*$/, 'hơn $1 dòng: hãy chia thành nhiều tệp'],
  [/^the file is empty;.*$/, 'tệp trống'],
  [/^the file is no text in UTF-8: .*$/, 'tệp không phải văn bản UTF-8: hãy lưu thành “CSV UTF-8” hoặc XLSX'],
  [
    /^the file is an old \.xls or has a password: .*$/,
    'tệp là .xls cũ hoặc có mật khẩu: hãy lưu thành .xlsx không mật khẩu, hoặc CSV',
  ],
  [/^the workbook is damaged: .*$/, 'tệp Excel bị hỏng: hãy mở ra và lưu lại thành .xlsx'],
  [/^takes a decimal.*$/, 'phải là một số thập phân, dùng dấu chấm'],
  [/^takes 2025, 2025-Q4 or 2025-12$/, 'kỳ phải viết như 2025, 2025-Q4 hoặc 2025-12'],
  [/^takes a geography, e\.g\. (\S+)$/, 'phiên bản địa giới phải viết như $1'],
  [/^takes an ICCID .*$/, 'phải là ICCID có 18 đến 20 chữ số, hoặc mã băm SHA-256 của nó'],
]

export interface DetailText {
  readonly text: string
  readonly lang: 'vi' | 'en'
}

/** What the server says of a row; rare faults stay in its own English. */
export function detailText(detail: string): DetailText {
  if (language.value === 'en') return { text: detail, lang: 'en' }
  for (const [wording, vi] of IN_VIETNAMESE)
    if (wording.test(detail)) return { text: detail.replace(wording, vi), lang: 'vi' }
  return { text: detail, lang: 'en' }
}
