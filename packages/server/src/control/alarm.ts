/** What a person of the operator's is called for. */

export const alarmNames = [
  'gateUnconfirmed',
  'captureFailed',
  'portsExhausted',
  'storageUnavailable',
  'workerLost',
  'certificatesUnusable',
  'overloaded',
] as const;

/** Something a person of the operator's has to look at. */
export interface Alarm {
  readonly what: (typeof alarmNames)[number];
  /** Ids and counts; never content. */
  readonly facts: { readonly [name: string]: string | number };
}
