/** Our keys in answers to SRTP: an answer must have one for each protected line, although we send nothing. */
import { randomBytes } from 'node:crypto';
import { cryptoOf, type SessionDescription } from '@tacet/wire/sdp';
import { keyingBytes } from '@tacet/wire/srtp';

/** The key that the answer before gave for the line, so that nothing changes where nothing did; else a new one. */
export function ownKeys(before: SessionDescription | undefined): (index: number, bytes: number) => string {
  const drawn = new Map<number, string>();
  return (index, bytes) => {
    const line = before?.media[index];
    const known = line === undefined ? undefined : cryptoOf(line);
    if (known !== undefined && keyingBytes(known.suite) === bytes) return known.keys[0]?.keyAndSalt ?? '';
    const key = drawn.get(index) ?? randomBytes(bytes).toString('base64');
    drawn.set(index, key);
    return key;
  };
}
