/** SMTP as a broken or hostile client speaks it: every line that comes back is an answer, and nobody else is kept waiting. */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import { MailAddresses, MailServer } from '../../src/smtp/index.ts';
import { actorWith, ControlUnderTest } from '../control/control-under-test.ts';

const mail = [
  'From: a@customer.example',
  'To: b@archive.example',
  'Subject: s',
  'Message-ID: <1@customer.example>',
  '',
  'text',
  '..',
  '.',
  '',
].join('\r\n');

const sound = [
  'EHLO client.example',
  'MAIL FROM:<a@customer.example> SIZE=100 BODY=8BITMIME',
  'RCPT TO:<journal@archive.example>',
  'DATA',
].join('\r\n');

const corpus = [
  `${sound}\r\n${mail}QUIT\r\n`,
  `HELO x\r\nMAIL FROM:<>\r\nRCPT TO:<journal@archive.example>\r\nRCPT TO:<who@else.example>\r\nRSET\r\nNOOP\r\nVRFY a\r\nHELP\r\nQUIT\r\n`,
  `EHLO x\r\nAUTH PLAIN AGEAYg==\r\nSTARTTLS\r\nXCLIENT ADDR=1.2.3.4\r\nMAIL FROM:<a@b.example>\r\n${mail}`,
  'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
].map((text) => new Uint8Array(Buffer.from(text)));

/** Waits to be greeted, sends all of it, hangs up its side, and takes what comes until the server does. */
function talk(port: number, bytes: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const socket: Socket = connect(port, '127.0.0.1');
    socket.once('data', () => socket.end(bytes));
    socket.setTimeout(20_000, () => reject(new Error('the server keeps somebody waiting')));
    socket.on('data', (data) => {
      said += data.toString('latin1');
    });
    socket.on('error', () => resolve(said));
    socket.on('close', () => resolve(said));
  });
}

test('whatever is said to it, the server answers in whole lines, and takes the next mail', async () => {
  await using under = new ControlUnderTest();
  const server = new MailServer({
    context: under.context,
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    addresses: new MailAddresses(['@archive.example']),
    onMail: () => undefined,
    listen: { host: '127.0.0.1', port: 0 },
    tls: undefined,
    signIn: async () => undefined,
    local: actorWith('admin'),
  });
  await server.start();
  try {
    let answered = 0;
    let talking: Promise<string>[] = [];
    // Each is greeted late, to find out who talks too soon; so that many talk at a time.
    for (const input of fuzzInputs(95, corpus, 320, 'SMTP dialogue')) {
      talking.push(talk(server.port, input.slice()));
      if (talking.length < 40) continue;
      for (const said of await Promise.all(talking)) {
        for (const line of said.split('\r\n').slice(0, -1)) assert.match(line, /^[2-5]\d\d[ -]/);
        if (said.includes('\r\n250')) answered += 1;
      }
      talking = [];
    }
    assert.ok(answered > 50, `only ${answered} dialogues got anywhere`);
    const before = server.counts.kept;
    const said = await talk(server.port, corpus[0] ?? new Uint8Array());
    assert.match(said, /\r\n354 .*\r\n250 .*\r\n221 /s);
    // Somebody who hung up may have left a mail that is kept only now.
    assert.ok(server.counts.kept > before);
  } finally {
    await server.stop();
  }
});
