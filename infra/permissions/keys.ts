/** Patterns of partition keys that several functions are confined to, of the operations table. */
export const references = "SECRET#references";
export const requestKeys = "KEY#*";
export const providers = "PROVIDER#*";
/** Of what people are told: its names, and the inboxes. */
export const noticeItems = ["NOTICE#*", "INBOX#*"] as const;
/** Of what people answered in sign-ups, and where it waits to be removed. */
export const answerItems = "ANSWERS#*";
export const uploadItems = "UPLOAD#*";
/** Of the accounts table: whether money is read-only. */
export const moneyFlag = "FLAG#money-read-only";
