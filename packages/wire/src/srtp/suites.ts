/** The crypto suites we know, strongest first: one row each. */

export type SuiteName =
  | 'AEAD_AES_256_GCM'
  | 'AES_256_CM_HMAC_SHA1_80'
  | 'AEAD_AES_128_GCM'
  | 'AES_CM_128_HMAC_SHA1_80'
  | 'AES_256_CM_HMAC_SHA1_32'
  | 'AES_CM_128_HMAC_SHA1_32';

export interface CryptoSuite {
  readonly name: SuiteName;
  /** How packets are authenticated: GCM's own tag (RFC 7714), or HMAC-SHA1 beside counter mode (RFC 3711). */
  readonly kind: 'gcm' | 'hmac';
  readonly keyBytes: 16 | 32;
  readonly saltBytes: 12 | 14;
  readonly srtpTagBytes: 4 | 10 | 16;
  /** RFC 4568 §6.2.2: the short tag is for RTP alone. */
  readonly srtcpTagBytes: 10 | 16;
}

const gcm = { kind: 'gcm', saltBytes: 12, srtpTagBytes: 16, srtcpTagBytes: 16 } as const;
const long = { kind: 'hmac', saltBytes: 14, srtpTagBytes: 10, srtcpTagBytes: 10 } as const;
const short = { kind: 'hmac', saltBytes: 14, srtpTagBytes: 4, srtcpTagBytes: 10 } as const;

/**
 * In the order in which we choose. The short tag comes last whatever the cipher is: it can be guessed in 2^32 tries,
 * while nobody guesses a key of 128 bits.
 */
export const cryptoSuites: readonly CryptoSuite[] = [
  { name: 'AEAD_AES_256_GCM', keyBytes: 32, ...gcm },
  { name: 'AES_256_CM_HMAC_SHA1_80', keyBytes: 32, ...long },
  { name: 'AEAD_AES_128_GCM', keyBytes: 16, ...gcm },
  { name: 'AES_CM_128_HMAC_SHA1_80', keyBytes: 16, ...long },
  { name: 'AES_256_CM_HMAC_SHA1_32', keyBytes: 32, ...short },
  { name: 'AES_CM_128_HMAC_SHA1_32', keyBytes: 16, ...short },
];

/** The suite of that name; RFC 6188 registered the 256-bit ones, some peers write them like the 128-bit ones. */
export function suiteNamed(name: string): CryptoSuite | undefined {
  const swapped = /^AES_CM_256_(.*)$/.exec(name);
  const wanted = swapped === null ? name : `AES_256_CM_${swapped[1]}`;
  return cryptoSuites.find((suite) => suite.name === wanted);
}
