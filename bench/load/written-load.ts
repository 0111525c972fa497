/** Messages over HTTP, mails over SMTP and events of pages, as fast as whoever takes them answers. */
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';

/** Repeats `one` on each of so many lines until the time is over. @returns how often, and for how long. */
export async function repeat(
  lines: number,
  seconds: number,
  one: (line: number) => Promise<void>,
): Promise<{ readonly count: number; readonly seconds: number }> {
  const startedAt = performance.now();
  let count = 0;
  const run = async (line: number): Promise<void> => {
    while (performance.now() - startedAt < seconds * 1_000) {
      await one(line);
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: lines }, (_, line) => run(line)));
  return { count, seconds: (performance.now() - startedAt) / 1_000 };
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** @throws Error where the answer is no success. */
export function post(url: string, token: string, body: string): Promise<void> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume().on('end', () => {
        if ((response.statusCode ?? 500) < 300) resolve();
        else reject(new Error(`status ${response.statusCode}`));
      });
    });
    sent.on('error', reject).end(body);
  });
}

/** A connection over which one mail after the other is brought. */
export class MailLine {
  readonly #socket: Socket;
  #said = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (data) => {
      this.#said += data.toString('latin1');
    });
  }

  static async open(port: number): Promise<MailLine> {
    const line = new MailLine(connect(port, '127.0.0.1'));
    await line.#answer('220');
    await line.#say('EHLO bench.example\r\n', '250');
    return line;
  }

  async bring(mail: string): Promise<void> {
    await this.#say('MAIL FROM:<a@customer.example>\r\n', '250');
    await this.#say('RCPT TO:<journal@archive.example>\r\n', '250');
    await this.#say('DATA\r\n', '354');
    await this.#say(`${mail}\r\n.\r\n`, '250');
  }

  close(): void {
    this.#socket.destroy();
  }

  async #say(text: string, expected: string): Promise<void> {
    this.#said = '';
    this.#socket.write(text);
    await this.#answer(expected);
  }

  /** The last line of an answer has a space behind its code. */
  async #answer(expected: string): Promise<void> {
    while (!/^\d{3} .*\r\n$/m.test(this.#said)) await once(this.#socket, 'data');
    if (!this.#said.startsWith(expected)) throw new Error(`expected ${expected}, got ${this.#said}`);
  }
}
