/** Mail over SMTP: what builds the server needs of it. */
export { MailAddresses } from './addresses.ts';
export { IdleConversations } from './idle-conversations.ts';
export { certificateCheckMs } from './limits.ts';
export { MailServer, type SmtpGround } from './mail-server.ts';
