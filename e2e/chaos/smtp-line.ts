/** The least that brings a mail to a server by SMTP (RFC 5321 §3.3), and what it answered. */
import { connect } from 'node:net';
import type { HostPort } from '@tacet/wire/sip';

const patienceMs = 30_000;

/** Answers may have several lines; the last one has a space behind its code (RFC 5321 §4.2.1). */
async function* answersOf(lines: AsyncIterable<string | Buffer>): AsyncGenerator<number> {
  let text = '';
  for await (const part of lines) {
    text += String(part);
    for (let at = text.indexOf('\r\n'); at >= 0; at = text.indexOf('\r\n')) {
      if (text[3] === ' ') yield Number(text.slice(0, 3));
      text = text.slice(at + 2);
    }
  }
}

/**
 * @param mail whole, with CR LF at the end of each line.
 * @returns the code of the last answer: 250 where the server has taken the mail.
 * @throws Error where the line breaks before that.
 */
export async function bringMail(
  { host, port }: HostPort,
  { from, to, mail }: { readonly from: string; readonly to: string; readonly mail: string },
): Promise<number> {
  const socket = connect(port, host);
  socket.setTimeout(patienceMs, () => socket.destroy(new Error('The mail server says nothing.')));
  const words = ['EHLO chaos.example', `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, 'DATA', `${mail}\r\n.`];
  try {
    for await (const code of answersOf(socket)) {
      const word = words.shift();
      if (word === undefined || code >= 400) return code;
      socket.write(`${word}\r\n`);
    }
  } finally {
    socket.destroy();
  }
  throw new Error('The line broke.');
}
