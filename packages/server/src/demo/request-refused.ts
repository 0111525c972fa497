/** A request of the small SRC that the server did not grant. */
import type { SipResponse } from '@tacet/wire/sip';

/** The server answered with 300 or above, or not at all (status 408). */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
  readonly status: number;
  readonly response: SipResponse | undefined;

  constructor(response: SipResponse | undefined) {
    super(response === undefined ? 'no answer' : `${response.status} ${response.reason}`);
    this.status = response?.status ?? 408;
    this.response = response;
  }
}
