/** The method of the figure in short; the whole of it is docs/methodology.md (in English: docs/methodology.en.md), whose
 *  sections have the numbers used here and wherever code cites it. A test keeps the three together. */

/** Version of the method in force. A change of any rule by which something is counted, divided or withheld raises it. */
export const METHOD_VERSION = '1.0.0'
/** Active: heard on one of this many local days, the last of them the reference date (docs/methodology.md §4). */
export const WINDOW_DAYS = 90

interface Words {
  readonly vi: string
  readonly en: string
}

interface Method {
  readonly version: string
  /** The first day on which figures were made by it. */
  readonly from: string
  readonly windowDays: number
  /** Cells of fewer devices or owners are withheld (docs/methodology.md §10). */
  readonly k: number
  /** Places of connections per person. */
  readonly decimals: number
  readonly changes: Words
}

/** Every version there was, oldest first. */
export const METHODS: readonly Method[] = [
  {
    version: METHOD_VERSION,
    from: '2026-01-01',
    windowDays: WINDOW_DAYS,
    k: 3,
    decimals: 4,
    changes: { vi: 'Phiên bản đầu tiên.', en: 'First version.' },
  },
]

interface Section {
  readonly title: Words
  /** What it says, in a sentence or three: for outputs that carry the method with them. */
  readonly text: Words
}

/** In the order of the document: the first is §1. */
export const METHOD_SECTIONS: readonly Section[] = [
  {
    title: { vi: 'Mục đích và mục tiêu', en: 'Purpose and targets' },
    text: {
      vi: 'Chỉ tiêu “Số kết nối IoT bình quân đầu người” theo dõi hai mục tiêu: đến hết năm 2025 “trung bình mỗi người dân có 01 kết nối IoT”; đến năm 2030 “đạt mức trung bình cao trong nước hoặc trung bình mỗi người dân 04 kết nối IoT” (đạt một trong hai vế là đạt).',
      en: 'IoT connections per person, held against two targets: by the end of 2025 an average of one connection per person; by 2030 an upper-average level in the country, or four connections per person (either arm is enough).',
    },
  },
  {
    title: { vi: 'Kết nối là gì', en: 'What a connection is' },
    text: {
      vi: 'Một kết nối là một thiết bị đầu cuối vật lý, không phải một thuê bao, một phiên hay một kênh đo. Cổng kết nối (gateway) tính riêng, không cộng vào tổng. Thuê bao M2M (SIM/eSIM) là một chỉ tiêu khác, đặt cạnh để so sánh quốc tế; hai số không bao giờ cộng với nhau.',
      en: 'A connection is one physical end device, not a subscription, a session or a channel. Gateways stand apart and are no part of the total. M2M subscriptions (SIM/eSIM) are another count, beside it, for comparison between countries; the two are never added.',
    },
  },
  {
    title: { vi: 'Công nghệ, loại kết nối, lĩnh vực', en: 'Access technology, class and domain' },
    text: {
      vi: 'Phân tổ theo công nghệ truy nhập (di động, LPWAN, có dây, cự ly ngắn, vệ tinh), loại kết nối và lĩnh vực (giao thông, nước, điện, môi trường), theo khai báo của thiết bị; chưa khai báo thì ghi “Không rõ”.',
      en: 'Broken down by access technology (cellular, LPWAN, wired, short-range, satellite), class and domain (traffic, water, power, environment), as declared of the device; not declared is “Unknown”.',
    },
  },
  {
    title: { vi: 'Đang hoạt động', en: 'Active' },
    text: {
      vi: 'Đang hoạt động: có ít nhất một số đo được nhận, có thời điểm đo trong 90 ngày theo giờ địa phương (UTC+7), kể cả hai ngày đầu và cuối, ngày cuối là ngày tham chiếu. Cửa sổ 30 và 365 ngày được nêu kèm để thấy độ nhạy.',
      en: 'Active: at least one reading accepted whose own time lies in the 90 local days (UTC+7), both ends included, that end on the reference date. Windows of 30 and 365 days show how much that choice matters.',
    },
  },
  {
    title: { vi: 'Quy tắc đếm', en: 'Rules of counting' },
    text: {
      vi: 'Mỗi thiết bị được một quy tắc quyết định, hỏi theo thứ tự: TEST, RETIRED, GATEWAY, SAME_DEVICE, NEVER_HEARD, INACTIVE, ACTIVE. Đã đăng ký = NEVER_HEARD + INACTIVE + ACTIVE. Báo cáo của nhà mạng chỉ cộng phần chưa có trên nền tảng (R-SIM, R-DECLARED).',
      en: 'One rule decides about each device, asked in this order: TEST, RETIRED, GATEWAY, SAME_DEVICE, NEVER_HEARD, INACTIVE, ACTIVE. Registered = NEVER_HEARD + INACTIVE + ACTIVE. Of operators’ reports only what is not on the platform is added (R-SIM, R-DECLARED).',
    },
  },
  {
    title: { vi: 'Dân số', en: 'Population' },
    text: {
      vi: 'Mẫu số là dân số trung bình của năm báo cáo. Chưa công bố thì dùng số gần nhất có được, ghi rõ nguồn, năm và loại dân số bên cạnh mỗi số liệu: chọn loại khác có thể làm chỉ tiêu thay đổi tới một phần năm.',
      en: 'The denominator is the average population of the year. Until it is published the nearest known one is used; source, year and basis stand beside every figure: another basis can move it by a fifth.',
    },
  },
  {
    title: { vi: 'Địa bàn và thời gian', en: 'Areas and time' },
    text: {
      vi: 'Địa bàn theo địa giới có hiệu lực tại ngày tham chiếu: cấp huyện đến 30/6/2025, cấp xã của tỉnh mới từ 01/7/2025. Thiết bị không rõ địa bàn có dòng riêng và vẫn nằm trong tổng của tỉnh. Số chuyển đổi giữa hai địa giới là ước tính (E); điểm gián đoạn mang mã B.',
      en: 'Areas of the boundaries in force on the reference date: districts until 30 June 2025, communes of the larger province from 1 July 2025. Devices without an area have a line of their own and are in the province’s total. What a crosswalk converts is an estimate (E); a break is flagged B.',
    },
  },
  {
    title: { vi: 'Số liệu, làm tròn, mục tiêu, xu hướng', en: 'Figures, rounding, targets, trend' },
    text: {
      vi: 'Tỷ số tính từ số nguyên, làm tròn nửa xa số 0; không cộng hay lấy trung bình các tỷ số. Đạt mục tiêu được xét trên số nguyên (n ≥ mục tiêu × dân số), không xét trên số đã làm tròn. Xu hướng là đường thẳng bình phương nhỏ nhất kèm khoảng tin cậy; không phải dự báo chính thức.',
      en: 'Ratios follow from integers, rounded half away from zero, and are never added or averaged. A target is judged on integers (n ≥ target × population), not on the rounded value. The trend is a least-squares line with an interval, and no official forecast.',
    },
  },
  {
    title: { vi: 'Chất lượng và trạng thái', en: 'Quality and status' },
    text: {
      vi: 'COVERAGE cho biết phạm vi: PLATFORM (cận dưới), OPERATOR hoặc COMBINED (đã loại trùng). Mỗi ô mang một mã SDMX OBS_STATUS, theo thứ tự ưu tiên M, Q > B > P > E > U > A; phần còn lại ghi ở chú thích. Ngày nền tảng ngừng thu nhận mang mã U.',
      en: 'COVERAGE tells what is seen: PLATFORM (a lower bound), OPERATOR, or COMBINED (without double count). A cell has one SDMX OBS_STATUS, ranked M, Q > B > P > E > U > A; further ones are in its comment. Days on which the platform heard nobody are flagged U.',
    },
  },
  {
    title: { vi: 'Bảo mật', en: 'Confidentiality' },
    text: {
      vi: 'Ô có thiết bị của cá nhân mà số thiết bị đó hoặc số chủ của chúng dưới 3 thì không công bố (Q, C); ô khác được giữ lại khi cần để không suy ra được ô đó (Q, D). Không có dữ liệu cá nhân trong bất kỳ sản phẩm đầu ra nào.',
      en: 'A cell with fewer than 3 devices of persons, or fewer than 3 such owners, is withheld (Q, C), and others with it where a sum would give it away (Q, D). No output has personal data.',
    },
  },
  {
    title: { vi: 'Kỳ phát hành và điều chỉnh', en: 'Vintages and revisions' },
    text: {
      vi: 'Số liệu là sơ bộ cho đến khi phát hành chính thức. Mỗi lần phát hành khoá dữ liệu đầu vào bằng SHA-256 và không bao giờ bị sửa; thay đổi chỉ xuất hiện ở lần phát hành sau, kèm lý do. asOf= trả lại nguyên văn số liệu của bất kỳ lần phát hành nào.',
      en: 'Figures are provisional until a final release. Each release freezes its inputs by SHA-256 and is never edited; a change appears in a later release only, with its reason. asOf= gives back any release to the last digit.',
    },
  },
  {
    title: { vi: 'Khả năng so sánh', en: 'Comparability' },
    text: {
      vi: 'Chỉ “thuê bao M2M trên 100 dân” so sánh được với ITU và OECD. Số kết nối bình quân đầu người không so sánh được với số của ITU, OECD hay GSMA, và chỉ so sánh được với tỉnh khác nếu cùng phương pháp và cùng phạm vi.',
      en: 'Only M2M subscriptions per 100 inhabitants compare with ITU and OECD. Connections per person do not compare with figures of ITU, OECD or GSMA, and with another province’s only by the same method and coverage.',
    },
  },
  {
    title: { vi: 'Báo cáo chất lượng', en: 'Quality report' },
    text: {
      vi: 'Báo cáo chất lượng theo khung SIMS/ESMS rút gọn: tính phù hợp, độ chính xác, tính kịp thời, khả năng so sánh, khả năng tiếp cận, bảo mật, chính sách và thực tế điều chỉnh.',
      en: 'A short quality report after SIMS/ESMS: relevance, accuracy, timeliness, comparability, accessibility, confidentiality, policy and practice of revision.',
    },
  },
  {
    title: { vi: 'Tự tính lại một số liệu', en: 'How to reproduce a figure' },
    text: {
      vi: 'Ai cũng có thể tính lại: lấy dữ liệu đầu vào của lần phát hành, kiểm tra SHA-256, đếm theo quy tắc, chia cho dân số.',
      en: 'Anybody can do it again: take the inputs of the release, check their SHA-256, count by the rules, divide by the population.',
    },
  },
]
