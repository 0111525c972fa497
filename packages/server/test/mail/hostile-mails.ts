/** Mails that nobody sends who means well. */

function headed(headers: readonly string[], body = ''): Buffer {
  return Buffer.from(`${['From: a@b.example', ...headers].join('\r\n')}\r\n\r\n${body}`, 'latin1');
}

function nested(depth: number): Buffer {
  const open = Array.from(
    { length: depth },
    (_, n) => `--b${n}\r\nContent-Type: multipart/mixed; boundary=b${n + 1}\r\n\r\n`,
  );
  return headed(['Content-Type: multipart/mixed; boundary=b0'], open.join(''));
}

function nestedMails(depth: number): Buffer {
  const inner = 'Content-Type: message/rfc822\r\n\r\n'.repeat(depth);
  return headed(['Content-Type: message/rfc822'], inner);
}

function manyParts(count: number): Buffer {
  const part = '--b\r\nContent-Type: application/octet-stream; name="a"\r\n\r\nx\r\n';
  return headed(['Content-Type: multipart/mixed; boundary=b'], `${part.repeat(count)}--b--`);
}

function siblings(count: number): Buffer {
  const part = Array.from(
    { length: count },
    (_, n) => `--b\r\nContent-Type: multipart/mixed; boundary=c${n}\r\n\r\n--c${n}\r\n\r\nx\r\n`,
  );
  return headed(['Content-Type: multipart/mixed; boundary=b'], part.join(''));
}

const megabyte = 1_048_576;

/** By name, each as it would come. */
export const hostileMails: Readonly<Record<string, () => Buffer>> = {
  'deep nesting': () => nested(20_000),
  'mails in mails': () => nestedMails(10_000),
  '10,000 parts': () => manyParts(10_000),
  'multiparts beside each other': () => siblings(5_000),
  'base64 of 20 MiB': () =>
    headed(['Content-Type: application/zip', 'Content-Transfer-Encoding: base64'], 'A'.repeat(20 * megabyte)),
  'a flood of headers': () => headed(Array.from({ length: 100_000 }, (_, n) => `X-${n}: ${'y'.repeat(50)}`)),
  'one header of 10 MiB': () => headed([`Subject: ${'=?utf-8?Q?a?= '.repeat(megabyte)}`]),
  'a flood of addresses': () => headed([`To: ${'x <a@b.example>, '.repeat(100_000)}`]),
  'nested groups and comments': () => headed([`To: ${'('.repeat(100_000)}${'g:'.repeat(100_000)}`]),
  'quotes without end': () =>
    headed([`To: ${'"\\'.repeat(200_000)}`, `Content-Type: text/plain; name="${'\\"'.repeat(100_000)}`]),
  'parameters in pieces': () =>
    headed([`Content-Type: text/plain; ${Array.from({ length: 20_000 }, (_, n) => `name*${n}*=%41`).join('; ')}`]),
  'one line of 20 MiB': () => headed(['Content-Type: text/plain'], 'z'.repeat(20 * megabyte)),
  'eight bits of nothing': () =>
    headed(['Content-Type: text/plain; charset=utf-8'], Buffer.alloc(megabyte, 0xff).toString('latin1')),
  'nothing but NUL': () => Buffer.alloc(5 * megabyte),
  'deep HTML': () => headed(['Content-Type: text/html'], '<div>'.repeat(300_000)),
  'HTML of attributes': () => headed(['Content-Type: text/html'], `<a ${'x=1 '.repeat(500_000)}>`),
  'HTML of open angles': () => headed(['Content-Type: text/html'], '<'.repeat(2 * megabyte)),
  'HTML of comments': () => headed(['Content-Type: text/html'], '<!--'.repeat(500_000)),
  'an unknown character set': () => headed(['Content-Type: text/plain; charset=x-none', 'Subject: =?x-none?B?/w==?=']),
  'nothing at all': () => Buffer.alloc(0),
};
