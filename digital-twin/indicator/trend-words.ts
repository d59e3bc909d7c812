import { POINTS_MIN, type Trend } from './trend.ts'

/** The trend in a sentence or two for a reader who has no statistics.
 *
 *      trendWords(trend(points, { target: '4', by: '2030-12-31' }), 'vi')
 *      // Với xu thế hiện nay, mục tiêu 4 kết nối IoT bình quân đầu người đạt được vào khoảng tháng 5 năm 2029 … */
export const trendWords = (result: Trend, lang: 'vi' | 'en'): string =>
  lang === 'vi' ? inVietnamese(result) : inEnglish(result)

function inVietnamese({ status, target, by, date, low, high, points }: Trend): string {
  const goal = `mục tiêu ${target.replace('.', ',')} kết nối IoT bình quân đầu người`
  const month = (day: string) => `tháng ${Number(day.slice(5, 7))} năm ${day.slice(0, 4)}`
  if (status === 'met' && date) return `Đã đạt ${goal}, tính từ ${month(date)}.`
  if (status === 'too-few-points')
    return `Chưa đủ số liệu để ước lượng xu thế: cần ít nhất ${POINTS_MIN} kỳ liên tục không gián đoạn chuỗi, hiện có ${points} kỳ.`
  if (!date)
    return `Với xu thế hiện nay, không đạt được ${goal}: số kết nối bình quân đầu người trong ${points} kỳ gần nhất không tăng, hoặc tăng quá chậm để đạt trước năm 2101.`
  const range = low
    ? ` (khoảng dự báo 95 %: từ ${month(low)} ${high ? `đến ${month(high)}` : 'trở đi, chưa xác định được giới hạn muộn nhất'})`
    : ''
  return status === 'reached-on'
    ? `Với xu thế hiện nay, ${goal} đạt được vào khoảng ${month(date)}${range}, đúng thời hạn ${month(by)}.`
    : `Với xu thế hiện nay, ${goal} không đạt được đúng thời hạn ${month(by)}; dự kiến đạt vào khoảng ${month(date)}${range}.`
}

function inEnglish({ status, target, by, date, low, high, points }: Trend): string {
  const goal = `the target of ${target} IoT ${target === '1' ? 'connection' : 'connections'} per person`
  if (status === 'met' && date) return `${capital(goal)} has been met since ${englishMonth(date)}.`
  if (status === 'too-few-points')
    return `Too few figures to tell a trend: at least ${POINTS_MIN} periods without a break of the series are needed, there are ${points}.`
  if (!date)
    return `At this trend ${goal} is not reached: connections per person have not risen over the last ${points} periods, or too slowly to get there before 2101.`
  const range = low
    ? ` (95 % prediction interval: from ${englishMonth(low)} ${high ? `to ${englishMonth(high)}` : 'on, with no latest date'})`
    : ''
  return status === 'reached-on'
    ? `At this trend ${goal} is reached about ${englishMonth(date)}${range}, in time for ${englishMonth(by)}.`
    : `At this trend ${goal} is not reached in time for ${englishMonth(by)}, but about ${englishMonth(date)}${range}.`
}

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
)
const englishMonth = (day: string): string => `${MONTHS[Number(day.slice(5, 7)) - 1]} ${day.slice(0, 4)}`
const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)
