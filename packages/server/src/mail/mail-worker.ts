/** The thread in which mails are opened, one after the other. */
import { parentPort } from 'node:worker_threads';
import { mailArchive } from './mail-archive.ts';
import type { MailAnswered, MailAsked } from './mail-messages.ts';
import { openMail } from './open-mail.ts';

async function answer(asked: MailAsked): Promise<MailAnswered> {
  try {
    if (asked.kind === 'archive') return { kind: 'archived', bytes: await mailArchive(asked.index, asked.mails) };
    return { kind: 'opened', mail: await openMail(asked.bytes, asked.withContents) };
  } catch {
    return { kind: 'failed' };
  }
}

parentPort?.on('message', async (asked: MailAsked) => {
  parentPort?.postMessage(await answer(asked));
});
