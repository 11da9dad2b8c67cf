/** A dated release of the Amazon Linux 2023 repositories; Amazon Linux 2 has none. */
export const DATED_RELEASE = /^2023\.\d{1,3}\.\d{8}$/;
