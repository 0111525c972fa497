/** A trunk: whose signalling we take, how it proves who it is, and what holds for the calls that come over it. */

/** What each text of RFC 7616 calls HA1, in hex, so that the secret itself is kept nowhere. */
export interface DigestHashes {
  readonly 'SHA-256'?: string;
  readonly MD5?: string;
}

export interface TrunkDigest {
  readonly username: string;
  /** One for each algorithm that the source may answer with. */
  readonly hashes: DigestHashes;
}

/** Whether SRTP is spoken: never, where it is offered, or nothing else is taken. */
export type TrunkSrtp = 'off' | 'optional' | 'required';

/** What is done with keys of SRTP that stand in signalling over UDP or TCP, where others may read them. */
type TrunkKeysInClear = 'warn' | 'refuse';

/** Whether DTMF of a caller is kept in recordings, or masked even outside pauses. */
export type TrunkDtmf = 'keep' | 'mask';

export interface Trunk {
  /** `default` where no trunk file names one. */
  readonly name: string;
  /** Addresses and networks that its signalling may come from; empty: any. */
  readonly allow: readonly string[];
  readonly digest?: TrunkDigest;
  /** The name in its client certificate (mutual TLS). */
  readonly clientName?: string;
  readonly srtp: TrunkSrtp;
  readonly keysInClear: TrunkKeysInClear;
  readonly dtmf: TrunkDtmf;
  /** Whether the source is asked to stop sending during a secure pause; never what the pause rests on. */
  readonly pausesAtSource: boolean;
}

/** What holds where no trunk file is set: everybody may signal. */
export const defaultTrunk: Trunk = {
  name: 'default',
  allow: [],
  srtp: 'optional',
  keysInClear: 'warn',
  dtmf: 'mask',
  pausesAtSource: false,
};
