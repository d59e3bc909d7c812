/** The province this installation serves, and by which its figures are published. */
export const HOME_PROVINCE = '66'
export const AGENCY = `VN${HOME_PROVINCE}`
