/** How often sockets are swept by the batch receiver, and how much of it is done at once. */

export const batchLimits = {
  /**
   * Every socket that is in use is read this often: fewer system calls the longer datagrams may wait in the kernel. Their
   * age counts from arrival, so that this is no part of what a crash may cost (P4).
   */
  sweepMs: 200,
  /** A socket that brought nothing is read this often; still well within a chunk's time, which bounds loss (P4). */
  quietSweepMs: 250,
  /** Sweeps without a datagram after which a socket is quiet: a stream sends every 20 ms. */
  emptySweeps: 4,
  /** A round is done in slices, so that the thread hears what it is asked: a pause must not wait for a whole round. */
  sliceMs: 4,
  /** A slice that takes longer goes on after the thread has looked at its messages. */
  sliceMsMax: 3,
  /** About 500 datagrams of telephone speech, or two tenths of a second of busy video; the kernel may grant less. */
  receiveBufferBytes: 256 * 1024,
  /** What a fetch takes from one socket at most: more than a receive buffer can hold. */
  fetchBatchesMax: 64,
} as const;
