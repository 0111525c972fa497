/** Swaks, the mail client of those who test mail servers, as a process of its own. */
import { writeFileSync } from 'node:fs';
import type { HostPort } from '@tacet/wire/sip';
import { run } from './programs.ts';
import type { TempFolder } from './temp-folder.ts';

export interface SwaksMail {
  readonly to: string;
  readonly from: string;
  /** The whole message with its headers; every line ends with CR LF. */
  readonly message: string | Uint8Array;
}

export interface SwaksAnswer {
  readonly code: number | null;
  /** What was said, by both sides. */
  readonly talk: string;
  /** The answers of the server, as they came. */
  readonly replies: readonly string[];
}

let mailCount = 0;

/** Sends one mail. @param more further options of swaks. */
export async function sendMail(
  { host, port }: HostPort,
  folder: TempFolder,
  { to, from, message }: SwaksMail,
  more: readonly string[] = [],
): Promise<SwaksAnswer> {
  mailCount += 1;
  const path = folder.at(`mail-${mailCount}.eml`);
  writeFileSync(path, message);
  const args = ['--server', host, '--port', String(port), '--to', to, '--from', from, '--data', `@${path}`, ...more];
  const { code, stdout, stderr } = await run('swaks', args, { deadlineMs: 60_000 });
  const talk = stdout + stderr;
  const replies = talk.split('\n').flatMap((line) => /^<[-~*]+\s+(\d{3}.*)$/.exec(line.trim())?.[1] ?? []);
  return { code, talk, replies };
}
