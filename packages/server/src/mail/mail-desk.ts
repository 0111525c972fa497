/** Opens mails in a thread of its own, which is ended when one takes too long or too much memory. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Fault } from '@tacet/domain';
import { mailLimits } from './mail-limits.ts';
import type { MailAnswered, MailAsked } from './mail-messages.ts';
import type { OpenedMail } from './open-mail.ts';

const unreadable = { format: 'opened mail', why: 'it cannot be read within bounds; it can be had as it came' };

const tooLarge = { format: 'ZIP', why: 'it would be too large; each mail can be had by itself' };

export class MailDesk implements AsyncDisposable {
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #waitingCount = 0;
  #isStopping = false;

  /** @throws Fault formatUnavailable for a mail that cannot be opened, mediaUnavailable when too many wait, stopping. */
  async open(bytes: Uint8Array, withContents = false): Promise<OpenedMail> {
    const answer = await this.#inTurn({ kind: 'open', bytes: new Uint8Array(bytes), withContents });
    if (answer.kind !== 'opened') throw new Fault('formatUnavailable', unreadable);
    return answer.mail;
  }

  /** @throws Fault as `open`; formatUnavailable where it would be too large. */
  async archive(index: unknown, mails: readonly Uint8Array[]): Promise<Uint8Array> {
    const answer = await this.#inTurn({ kind: 'archive', index, mails: mails.map((mail) => new Uint8Array(mail)) });
    if (answer.kind !== 'archived') throw new Fault('formatUnavailable', tooLarge);
    return answer.bytes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true;
    await this.#worker?.terminate();
  }

  async #inTurn(asked: MailAsked): Promise<MailAnswered> {
    // One mail too many is refused before it costs anything
    if (this.#waitingCount >= mailLimits.openWaitingMax) throw new Fault('mediaUnavailable', { what: 'mails' });
    this.#waitingCount += 1;
    try {
      const answering = this.#last.then(() => this.#ask(asked));
      this.#last = answering.catch(() => undefined);
      return await answering;
    } finally {
      this.#waitingCount -= 1;
    }
  }

  async #ask(asked: MailAsked): Promise<MailAnswered> {
    if (this.#isStopping) throw new Fault('stopping');
    this.#worker ??= this.#start();
    const worker = this.#worker;
    const late = AbortSignal.timeout(asked.kind === 'open' ? mailLimits.openMsMax : mailLimits.archiveMsMax);
    try {
      const answered = once(worker, 'message', { signal: late });
      worker.ref();
      worker.postMessage(asked);
      const [answer] = (await answered) as [MailAnswered];
      worker.unref();
      return answer;
    } catch {
      // Rule: a mail that takes too long or too much memory to open ends the thread that opens it, and nothing else
      this.#worker = undefined;
      await worker.terminate();
      if (this.#isStopping) throw new Fault('stopping');
      return { kind: 'failed' };
    }
  }

  #start(): Worker {
    const resourceLimits = { maxOldGenerationSizeMb: mailLimits.openMemoryMiBMax, maxYoungGenerationSizeMb: 32 };
    const worker = new Worker(new URL('./mail-worker.ts', import.meta.url), { resourceLimits });
    // Whoever waits for an answer hears of it; nobody else has to.
    worker.on('error', () => undefined);
    worker.once('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
    });
    return worker;
  }
}
