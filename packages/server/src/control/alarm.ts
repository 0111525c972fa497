/** What a person of the operator's is called for. */

/** Something a person of the operator's has to look at. */
export interface Alarm {
  readonly what: 'gateUnconfirmed' | 'captureFailed' | 'portsExhausted' | 'storageUnavailable' | 'workerLost';
  /** Ids and counts; never content. */
  readonly facts: { readonly [name: string]: string | number };
}
