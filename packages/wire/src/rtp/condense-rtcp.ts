/** What is kept of RTCP: sender reports, and of the source's name a hash that tells sources of one clock apart. */

import { hash } from 'node:crypto';
import { rtpLimits } from './limits.ts';
import { readRtcp, writeSenderReport } from './rtcp.ts';

const descriptionType = 202;
const nameItem = 1;
/** Half of a SHA-256 in hex: enough to tell names apart, and not a name. */
const hashChars = 32;
const descriptionBytes = 4 + 4 + 2 + hashChars + 2;

/**
 * Makes of a compound datagram what is stored of it: its sender reports without their report blocks, and one source
 * description whose name is hashed (RFC 3550 §6.4, §6.5). Names such as user@host are nobody's business in a recording.
 * @returns undefined when there is no sender report, or the datagram is malformed.
 */
export function condenseRtcp(bytes: Uint8Array): Uint8Array | undefined {
  const read = readRtcp(bytes);
  if (!read.ok || read.value.senderReports.length === 0) return undefined;
  const reports = read.value.senderReports.slice(0, rtpLimits.reportsKeptMax).map(writeSenderReport);
  const [first] = read.value.senderReports;
  const { cname } = read.value;
  const parts = cname === undefined || first === undefined ? reports : [...reports, description(first.ssrc, cname)];
  const condensed = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    condensed.set(part, at);
    at += part.length;
  }
  return condensed;
}

function description(ssrc: number, name: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(descriptionBytes);
  bytes[0] = 0x81;
  bytes[1] = descriptionType;
  bytes.writeUInt16BE(descriptionBytes / 4 - 1, 2);
  bytes.writeUInt32BE(ssrc, 4);
  bytes[8] = nameItem;
  bytes[9] = hashChars;
  bytes.write(hash('sha256', name, 'hex').slice(0, hashChars), 10, 'latin1');
  return bytes;
}
