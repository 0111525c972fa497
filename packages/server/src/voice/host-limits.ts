/** Every bound of the media host, each with its reason. */

export const hostLimits = {
  /** Ports found taken by someone else before a start gives up. */
  takenPortsMax: 16,
  /** How long a node may take to end a capture; storing the last segments is part of it. */
  endMsMax: 8_000,
  /**
   * How long a node may take to go on with captures: all their ports are bound, and then the spool says so durably.
   * Nobody waits for it as for a pause, and the disk that the crash left behind may be slow.
   */
  resumeMsMax: 30_000,
  /** A place that loses more nodes than this within that time gives its captures up: something in them is to blame. */
  lossesMax: 3,
  lossesMsMax: 60_000,
  /** How long a node that did not come up is waited for before the next attempt. */
  restartMs: 1_000,
} as const;
