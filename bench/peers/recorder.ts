/** What a bench asks of a recorder, ours or a peer: to take calls, to stop keeping one, and to show what it kept. */

export interface PeerCall {
  /** Where its streams are to be sent. */
  readonly ports: readonly number[];
  /** Tells the recorder to keep no more of it; resolves with its OK. */
  readonly shut: () => Promise<void>;
}

export interface PeerRecorder extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  place(count: number, phonePort: number): Promise<readonly PeerCall[]>;
  /** Ends all calls and tells, for each in the order they were placed, when the packets that it kept had been sent. */
  kept(): Promise<readonly (readonly number[])[]>;
}
