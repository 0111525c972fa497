/** The number and method that order the requests of a dialog (RFC 3261 §20.16). */
import { isToken, numberFrom } from './grammar.ts';
import { cseqMax } from './limits.ts';

export interface CSeq {
  /** 0 to 2**31 − 1. */
  readonly number: number;
  readonly method: string;
}

/** Reads a CSeq value. Undefined when it is malformed or its number is too large. */
export function parseCSeq(text: string): CSeq | undefined {
  const match = /^([0-9]+)[ \t]+(\S+)$/.exec(text);
  const number = numberFrom(match?.[1] ?? '', cseqMax);
  const method = match?.[2] ?? '';
  return number === undefined || !isToken(method) ? undefined : { number, method };
}

export function formatCSeq(cseq: CSeq): string {
  return `${cseq.number} ${cseq.method}`;
}
