/** Messages out of a byte stream: where TCP gives no borders, Content-Length does (RFC 3261 §18.3, RFC 5626 §3.5.1). */
import type { SipFault, SipFaultCode } from './fault.ts';
import type { Head } from './head.ts';
import { readHead } from './head.ts';
import { sipLimits } from './limits.ts';
import type { SipMessage } from './message.ts';
import { noBody } from './message.ts';
import { endOfHead, messageFrom, refusal } from './parse.ts';

export type StreamEvent =
  | { readonly kind: 'message'; readonly message: SipMessage }
  /** The peer asks whether we are there: answer with one line break, `\r\n` (RFC 5626 §4.4.1). */
  | { readonly kind: 'ping' }
  /** One message is bad, but its end was found: answer it if `fault.refused` is there, and read on. */
  | { readonly kind: 'refused'; readonly fault: SipFault }
  /** The end of a message cannot be found: answer if possible, then close the connection. Nothing follows. */
  | { readonly kind: 'broken'; readonly fault: SipFault };

const ping: StreamEvent = { kind: 'ping' };

/** Room for a usual INVITE; it grows up to the largest message when one comes. */
const firstBufferBytes = 4_096;

/** One byte more than a message may have, so that one byte too many can be seen. */
const bufferBytesMax = sipLimits.messageBytesMax + 1;

/** Faults after which nothing the head says about its own end can be believed. */
const ends: ReadonlySet<SipFaultCode> = new Set(['textInvalid', 'headersTooMany', 'startLineInvalid']);

/**
 * Splits one connection's bytes into messages. Holds at most one message and the part of the next that came with it.
 * However the bytes are cut into pieces, the events are the same.
 */
export class StreamFramer {
  #held: Uint8Array = new Uint8Array(firstBufferBytes);
  #from = 0;
  #to = 0;
  /** Up to where the empty line has been looked for, so that slow senders do not make us look again and again. */
  #searched = 0;
  #waiting: { readonly head: Head; readonly bodyAt: number; readonly endAt: number } | undefined;
  #isBroken = false;

  /** Takes the next bytes and returns what they complete, in order. Never throws. Copies what it keeps. */
  feed(bytes: Uint8Array): readonly StreamEvent[] {
    const events: StreamEvent[] = [];
    let taken = 0;
    while (taken < bytes.length && !this.#isBroken) {
      // Never more is taken in than one message may have, so a peer that never ends its head cannot fill memory.
      const piece = bytes.subarray(taken, taken + bufferBytesMax - (this.#to - this.#from));
      this.#hold(piece);
      taken += piece.length;
      for (let event = this.#next(); event !== undefined; event = this.#next()) {
        events.push(event);
        this.#isBroken = event.kind === 'broken';
        if (this.#isBroken) break;
      }
    }
    return events;
  }

  #hold(piece: Uint8Array): void {
    const kept = this.#held.subarray(this.#from, this.#to);
    const needed = kept.length + piece.length;
    if (needed > this.#held.length) {
      this.#held = new Uint8Array(Math.min(bufferBytesMax, Math.max(needed, this.#held.length * 2)));
      this.#held.set(kept);
    } else if (this.#from > 0) {
      this.#held.copyWithin(0, this.#from, this.#to);
    }
    this.#held.set(piece, kept.length);
    if (this.#waiting !== undefined) {
      const { head, bodyAt, endAt } = this.#waiting;
      this.#waiting = { head, bodyAt: bodyAt - this.#from, endAt: endAt - this.#from };
    }
    this.#searched = Math.max(0, this.#searched - this.#from);
    this.#from = 0;
    this.#to = needed;
  }

  #next(): StreamEvent | undefined {
    if (this.#waiting === undefined) {
      const event = this.#betweenMessages() ?? this.#readHead();
      if (event !== undefined) return event;
    }
    return this.#readBody();
  }

  /** Two line breaks between messages are a ping; a single one is skipped as soon as something else follows it. */
  #betweenMessages(): StreamEvent | undefined {
    while (this.#startsWithLineBreak(this.#from)) {
      if (this.#startsWithLineBreak(this.#from + 2)) {
        this.#from += 4;
        return ping;
      }
      const rest = this.#to - this.#from;
      if (rest === 2 || (rest === 3 && this.#held[this.#from + 2] === 0x0d)) return undefined;
      this.#from += 2;
    }
    return undefined;
  }

  #startsWithLineBreak(at: number): boolean {
    return at + 2 <= this.#to && this.#held[at] === 0x0d && this.#held[at + 1] === 0x0a;
  }

  #readHead(): StreamEvent | undefined {
    const held = this.#held.subarray(0, this.#to);
    const headEnd = endOfHead(held, Math.max(this.#from, this.#searched - 3));
    this.#searched = this.#to;
    if (headEnd === this.#to) {
      if (this.#to - this.#from < bufferBytesMax) return undefined;
      return broken(readHead(held.subarray(this.#from)), 'messageTooLarge');
    }
    const head = readHead(held.subarray(this.#from, headEnd));
    const length = head.contentLength;
    if (head.fault !== undefined && ends.has(head.fault.code)) return broken(head, head.fault.code);
    if (length === undefined) return broken(head, 'lengthMissing', 'Content-Length');
    if (length < 0) return broken(head, head.fault?.code ?? 'headerInvalid', 'Content-Length');
    const endAt = headEnd + 4 + length;
    if (endAt - this.#from > sipLimits.messageBytesMax) return broken(head, 'messageTooLarge');
    this.#waiting = { head, bodyAt: headEnd + 4, endAt };
    return undefined;
  }

  #readBody(): StreamEvent | undefined {
    if (this.#waiting === undefined || this.#to < this.#waiting.endAt) return undefined;
    const { head, bodyAt, endAt } = this.#waiting;
    const body = bodyAt === endAt ? noBody : this.#held.slice(bodyAt, endAt);
    this.#waiting = undefined;
    this.#from = endAt;
    this.#searched = endAt;
    const { fault } = head;
    const result = fault === undefined ? messageFrom(head, body) : refusal(head, fault.code, fault.header);
    return result.ok ? { kind: 'message', message: result.message } : { kind: 'refused', fault: result.fault };
  }
}

function broken(head: Head, code: SipFaultCode, header?: string): StreamEvent {
  return { kind: 'broken', fault: refusal(head, code, header).fault };
}
