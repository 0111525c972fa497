/** What proves that a packet is the sender's: computed from the packet as it came, without decrypting anything. */

/** The tag of one key. The bytes that `compute` returns are valid until its next call. */
export interface PacketTag {
  /**
   * @param bytes the packet; `[0, end)` of it is what the tag stands for.
   * @param clearEnd where its encrypted part begins; all in front of it, and `extra`, is authenticated only.
   * @param iv the nonce of the packet; only GCM looks at it.
   * @param extra what is authenticated beside the packet: the rollover counter, or the index of SRTCP.
   */
  compute(bytes: Uint8Array, span: TagSpan, iv: Uint8Array, extra: Uint8Array): Uint8Array;
}

export interface TagSpan {
  clearEnd: number;
  end: number;
}

/** Whether the packet has the tag at `at`; takes the same time wherever they differ. */
export function hasTag(bytes: Uint8Array, at: number, tag: Uint8Array, length: number): boolean {
  if (at < 0 || at + length > bytes.length) return false;
  let difference = 0;
  for (let i = 0; i < length; i += 1) difference |= (bytes[at + i] ?? 0) ^ (tag[i] ?? 0);
  return difference === 0;
}
