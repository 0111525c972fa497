/** Message values → bytes for the wire. */
import type { RequestText, ResponseText } from './message.ts';

const encoder = new TextEncoder();

/**
 * Writes a message. Content-Length is always written and always right (RFC 3261 §20.14).
 *
 * @throws Error when a line holds a line break: the value was built wrongly, and sending it would let whoever supplied
 * the text add headers of their own.
 */
export function serializeMessage(message: RequestText | ResponseText): Uint8Array {
  const lines =
    message.kind === 'request'
      ? [`${message.method} ${message.uri} SIP/2.0`]
      : [`SIP/2.0 ${message.status} ${message.reason}`];
  for (const { name, value } of message.headers) {
    if (name !== 'Content-Length') lines.push(value === '' ? `${name}:` : `${name}: ${value}`);
  }
  if (lines.some(hasLineBreak)) throw new Error('A line of a SIP message holds a line break.');
  const head = encoder.encode(`${lines.join('\r\n')}\r\nContent-Length: ${message.body.length}\r\n\r\n`);
  if (message.body.length === 0) return head;
  const whole = new Uint8Array(head.length + message.body.length);
  whole.set(head);
  whole.set(message.body, head.length);
  return whole;
}

function hasLineBreak(line: string): boolean {
  return line.includes('\n') || line.includes('\r');
}
