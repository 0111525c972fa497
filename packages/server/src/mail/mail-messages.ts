/** What the thread that opens mails is asked, and answers. */
import type { OpenedMail } from './open-mail.ts';

export type MailAsked =
  | { readonly kind: 'open'; readonly bytes: Uint8Array<ArrayBuffer>; readonly withContents: boolean }
  | { readonly kind: 'archive'; readonly index: unknown; readonly mails: readonly Uint8Array[] };

/** Nothing of what went wrong is told: it may quote the mail. */
export type MailAnswered =
  | { readonly kind: 'opened'; readonly mail: OpenedMail }
  | { readonly kind: 'archived'; readonly bytes: Uint8Array }
  | { readonly kind: 'failed' };
