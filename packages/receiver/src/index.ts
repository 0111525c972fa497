/** The doors of native code, and whether this machine has it. */
import { createRequire } from 'node:module';
import { built } from './built-path.mjs';

declare const receiver: unique symbol;
/** Sockets and the memory they are read with; closed when nothing refers to it any more. */
export type Receiver = { readonly [receiver]: true };

/** Arrays that a sweep fills: bytes, five numbers about each datagram, and stamps. Made once, used for every sweep. */
export interface Slab {
  readonly bytes: Uint8Array;
  /** Socket, offset, length, sender, drops for each datagram; last of all the place where the sweep stopped. */
  readonly heads: Int32Array;
  /** Wall clock and monotonic clock read together, how far apart they may be, then each datagram's stamp; all in ms. */
  readonly times: Float64Array;
}

/** What receiver.c exports. Every call checks what it is given and throws an error with a `code`. */
export interface NativeReceiver {
  /** Datagrams that one sweep can hold. */
  readonly slots: number;
  readonly slabBytes: number;
  readonly headFields: number;
  readonly timeFields: number;
  open(): Receiver;
  /** @returns the socket's number. @throws an error with code `EADDRINUSE` when the port is taken. */
  bind(receiver: Receiver, address: string, port: number, bufferBytes: number): number;
  portOf(receiver: Receiver, socket: number): number;
  /** Datagrams that the kernel has dropped since the socket was bound; 32 bits, and it wraps. */
  dropsOf(receiver: Receiver, socket: number): number;
  close(receiver: Receiver, socket: number): void;
  /**
   * Reads the sockets from place `first` to before place `end` of `sockets`, each until it is empty or the slab is full.
   * @returns how many datagrams; `heads` says at its end the place of the first socket that may hold more, or `end`.
   */
  sweep(
    receiver: Receiver,
    sockets: Int32Array,
    first: number,
    end: number,
    bytes: Uint8Array,
    heads: Int32Array,
    times: Float64Array,
  ): number;
  /** Overwrites what the last sweep read. */
  wipe(receiver: Receiver, bytes: Uint8Array): void;
  /** Port and address, a space between, of a datagram of the last sweep. */
  senderAt(receiver: Receiver, slot: number): string;
}

/** AES-256-GCM with one context for each key. */
export interface NativeSealer {
  /** @param dataKey 32 bytes, copied. The key is overwritten when nothing refers to it any more. */
  sealingKey(dataKey: Uint8Array): unknown;
  /** Seals `plain` under a nonce of 12 bytes; `into` gets as many bytes, and a tag of 16 behind them. */
  seal(key: unknown, nonce: Uint8Array, label: Uint8Array, plain: Uint8Array, into: Uint8Array): void;
}

/** Hears keys in G.711 as `KeyWatch` of `@tacet/media` does, where what it is to hear stands too. */
export interface NativeEars {
  /** How many numbers are known of one stream. */
  readonly streamDoubles: number;
  /**
   * Takes `count` units of `length` codes, each `stride` bytes behind the one before.
   * @returns 1 when `silenced` holds more than 0 for any of them.
   */
  hear(
    measures: Float64Array,
    stream: Float64Array,
    table: Int32Array,
    bytes: Uint8Array,
    offset: number,
    stride: number,
    length: number,
    count: number,
    silenced: Int32Array,
  ): number;
  /** A unit without sound. */
  passOver(measures: Float64Array, stream: Float64Array): void;
  undecided(measures: Float64Array, stream: Float64Array): number;
  settle(measures: Float64Array, stream: Float64Array): number;
}

export function makeSlab({ slots, slabBytes, headFields, timeFields }: NativeReceiver): Slab {
  return {
    bytes: new Uint8Array(Buffer.allocUnsafeSlow(slabBytes).buffer),
    heads: new Int32Array(slots * headFields + 1),
    times: new Float64Array(slots + timeFields),
  };
}

type Native = NativeReceiver & NativeEars & Partial<NativeSealer>;

/** @returns `undefined` where it was not built: no Linux, or no C compiler when npm installed. */
export function loadReceiver(): NativeReceiver | undefined {
  return load();
}

/** @returns `undefined` where it was not built, or where this Node does not export the OpenSSL that it has inside. */
export function loadSealer(): NativeSealer | undefined {
  const { sealingKey, seal } = load() ?? {};
  return sealingKey === undefined || seal === undefined ? undefined : { sealingKey, seal };
}

/** @returns `undefined` where it was not built. */
export function loadEars(): NativeEars | undefined {
  return load();
}

function load(): Native | undefined {
  try {
    // Rule: native code that was made from other sources than these is not taken
    return createRequire(import.meta.url)(built) as Native;
  } catch {
    return undefined;
  }
}
