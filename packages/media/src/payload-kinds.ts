/** What the payload types of a stream carry, as far as a screen has to tell them apart. */
import type { Codec } from '@tacet/domain';
import { type G711Law, g711Table, silenceCode } from '@tacet/wire/codec';

/** Sound in which keys can be heard without much work. */
export interface ClearSound {
  readonly kind: 'clear';
  readonly coding: 'table' | 'g722' | 'linear';
  /** Values of the codes, for `table`. */
  readonly table: Float64Array;
  /** The same as whole numbers. */
  readonly wholeTable: Int32Array;
  /** Samples per second in which keys are looked for, and how many of the payload's make one of them. */
  readonly rate: number;
  readonly folded: number;
  /** A byte of silence. */
  readonly silence: number;
}

export type PayloadKind =
  | ClearSound
  | { readonly kind: 'events' }
  | { readonly kind: 'redundant' }
  /** Each packet may hold a copy of the one before. */
  | { readonly kind: 'opus' }
  | { readonly kind: 'amr'; readonly isOctetAligned: boolean; readonly frameTicks: number };

/** By payload type; `undefined` for what nothing is to be looked for in. */
export type PayloadKinds = readonly (PayloadKind | undefined)[];

const noTable = { table: new Float64Array(0), wholeTable: new Int32Array(0) };

function tablesOf(law: G711Law): Pick<ClearSound, 'table' | 'wholeTable'> {
  return { table: Float64Array.from(g711Table(law)), wholeTable: Int32Array.from(g711Table(law)) };
}

const tables = { pcmu: tablesOf('pcmu'), pcma: tablesOf('pcma') };

function linear({ clockRate, channels = 1 }: Codec): ClearSound {
  const every = Math.max(1, Math.floor(clockRate / 8_000));
  const rate = clockRate / every;
  return { kind: 'clear', coding: 'linear', ...noTable, rate, folded: every * channels, silence: 0 };
}

const clear = { kind: 'clear', rate: 8_000, folded: 1 } as const;

const kinds: { readonly [name: string]: (codec: Codec) => PayloadKind } = {
  PCMU: () => ({ ...clear, coding: 'table', ...tables.pcmu, silence: silenceCode.pcmu }),
  PCMA: () => ({ ...clear, coding: 'table', ...tables.pcma, silence: silenceCode.pcma }),
  G722: () => ({ ...clear, coding: 'g722', ...noTable, silence: 0xff }),
  L16: linear,
  OPUS: () => ({ kind: 'opus' }),
  RED: () => ({ kind: 'redundant' }),
  AMR: (codec) => amr(codec),
  'AMR-WB': (codec) => amr(codec),
};

function amr({ clockRate, formatParameters = '' }: Codec): PayloadKind {
  return { kind: 'amr', isOctetAligned: /(?:^|;)\s*octet-align=1/.test(formatParameters), frameTicks: clockRate / 50 };
}

export function payloadKinds(codecs: readonly Codec[], eventPayloadTypes: readonly number[]): PayloadKinds {
  const found: (PayloadKind | undefined)[] = Array.from({ length: 128 });
  for (const codec of codecs) found[codec.payloadType] = kinds[codec.name]?.(codec);
  for (const type of eventPayloadTypes) found[type] = { kind: 'events' };
  return found;
}
