/** Mails on their way in: collected within bounds, recorded, and answered only when that is durable. */
import type { Readable } from 'node:stream';
import { type Actor, type Asked, type ConversationId, Fault, type Instant } from '@tacet/domain';
import { type ControlContext, takeMail } from '../control/index.ts';
import type { Log } from '../log.ts';
import { readMailHeaders } from '../mail/mail-headers.ts';
import { mailLimits } from '../mail/mail-limits.ts';
import { mailOf } from '../mail/mail-of.ts';
import type { MailAddresses } from './addresses.ts';
import { smtpLimits } from './limits.ts';
import { SmtpRefusal } from './refusal.ts';

export interface IntakeGround {
  readonly context: ControlContext;
  readonly log: Log;
  readonly addresses: MailAddresses;
  /** Hears in which conversation something came. */
  readonly onMail: (id: ConversationId) => void;
}

/** Who brings a mail, and what the envelope says. */
export interface Bringer {
  readonly actor: Actor;
  readonly from: string;
  readonly sender: string;
}

const access = { permissions: ['tacet:conversation:add'] } as const;

/** What a failure is to a mail server: what comes again, and what does not (RFC 5321 §4.2.5). */
function refusalFor(fault: Fault): SmtpRefusal {
  switch (fault.kind) {
    case 'forbidden':
    case 'unauthenticated':
      return new SmtpRefusal(550, 'not permitted');
    case 'exhausted':
      return new SmtpRefusal(452, 'no room at the moment');
    case 'invalid':
      return new SmtpRefusal(554, 'cannot be recorded');
    case 'unavailable':
    case 'late':
    case 'unknown':
    case 'conflict':
      return new SmtpRefusal(451, 'cannot be kept at the moment');
  }
}

export class MailIntake {
  readonly #ground: IntakeGround;
  #bytesUnderWay = 0;
  #keptCount = 0;
  #withheldCount = 0;

  constructor(ground: IntakeGround) {
    this.#ground = ground;
  }

  /** Mails so far; what becomes of each is told to nobody but its conversation. */
  get counts(): { readonly kept: number; readonly withheld: number } {
    return { kept: this.#keptCount, withheld: this.#withheldCount };
  }

  /**
   * Takes one mail.
   * @returns when it is durable, or withheld: whoever brings it is told the same.
   * @throws SmtpRefusal when it may not have been kept, or cannot be; anything else when the connection broke.
   */
  async take(stream: Readable, bringer: Bringer): Promise<void> {
    const cameAt = this.#ground.context.clock.now();
    const held = { bytes: 0 };
    try {
      const bytes = await this.#collect(stream, held);
      await this.#record(bytes, bringer, cameAt);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#ground.log.warn('mailRefused', { fault: error.code });
      throw refusalFor(error);
    } finally {
      this.#bytesUnderWay -= held.bytes;
    }
  }

  /** Reads the stream to its end in any case, since nothing can be answered before it. */
  async #collect(stream: Readable, held: { bytes: number }): Promise<Buffer> {
    let chunks: Buffer[] = [];
    let [length, isTooMuch] = [0, false];
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      length += chunk.length;
      isTooMuch ||= this.#bytesUnderWay + chunk.length > smtpLimits.bytesUnderWayMax;
      if (isTooMuch || length > mailLimits.bytesMax) {
        chunks = [];
        continue;
      }
      held.bytes += chunk.length;
      this.#bytesUnderWay += chunk.length;
      chunks.push(chunk);
    }
    // Rule: a mail that is too large is refused for good
    if (length > mailLimits.bytesMax) throw new SmtpRefusal(552, 'message too large');
    if (isTooMuch) throw new SmtpRefusal(452, 'too many messages at once');
    return Buffer.concat(chunks, length);
  }

  async #record(bytes: Buffer, { actor, from, sender }: Bringer, cameAt: Instant): Promise<void> {
    const { context, addresses } = this.#ground;
    const headers = await readMailHeaders(bytes);
    const asked = this.#asks(actor, from);
    const rules = context.policy.purposeRules;
    const isOurs = (address: string): boolean => addresses.isOurs(address);
    const mail = mailOf({ id: context.ids.next(), headers, bytes, sender, rules, isOurs });
    const { outcome, conversationId } = await takeMail(context, { actor, asked, access, mail, cameAt });
    this.#ground.onMail(conversationId);
    // Who brings a mail is not told which of the two it was.
    if (outcome === 'kept') this.#keptCount += 1;
    else this.#withheldCount += 1;
  }

  #asks({ clientId, name }: Actor, from: string): Asked {
    return { clientId, name, from, door: 'SMTP', requestId: this.#ground.context.ids.next() };
  }
}
