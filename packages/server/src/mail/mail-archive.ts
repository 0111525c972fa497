/** All mails of a recording as one ZIP: each as it came, its attachments beside it, and an index with what is missing. */
import { type Zippable, zipSync } from 'fflate';
import { mailLimits } from './mail-limits.ts';
import { openMail } from './open-mail.ts';

function fileName(name: string | undefined, place: number): string {
  const safe = (name ?? 'attachment').slice(-100).replace(/[^\p{L}\p{N}._-]/gu, '_');
  // A number first, so that no two are the same and none is hidden or leads elsewhere.
  return `${String(place).padStart(3, '0')}-${safe}`;
}

/** Runs in the thread that opens mails. @throws Error where they are too many bytes for one file. */
export async function mailArchive(index: unknown, mails: readonly Uint8Array[]): Promise<Uint8Array> {
  const files: Zippable = { 'index.json': new TextEncoder().encode(JSON.stringify(index, undefined, 2)) };
  let bytes = 0;
  for (const [place, mail] of mails.entries()) {
    const folder = String(place + 1).padStart(4, '0');
    // One that cannot be opened is there as it came.
    const opened = await openMail(mail, true).catch(() => undefined);
    const { attachments = [], contents = [] } = opened ?? {};
    bytes += mail.length + contents.reduce((sum, { length }) => sum + length, 0);
    // One file has to be sent with its length, and is made in memory.
    if (bytes > mailLimits.archiveBytesMax) throw new RangeError('the archive would be too large');
    files[`${folder}/mail.eml`] = mail;
    for (const [number, content] of contents.entries()) {
      files[`${folder}/attachments/${fileName(attachments[number]?.name, number)}`] = content;
    }
  }
  // Stored as they are: most attachments are compressed already.
  return zipSync(files, { level: 0 });
}
