/** What everything at the SIP edge works with: the endpoint, the way into control, and what is going on. */
import { type Asked, Fault, type RecordingId, type RequestId, type Trunk } from '@tacet/domain';
import { headerValue } from '@tacet/wire/sip';

import type { ControlContext } from '../control/index.ts';
import type { Log } from '../log.ts';
import type { SipEndpoint } from './endpoint.ts';
import type { IncomingRequest } from './endpoint-user.ts';
import type { InviteRate } from './invite-rate.ts';
import type { RecordedDialog } from './recorded-dialog.ts';
import type { RefusalNotes } from './refusal-notes.ts';
import type { Tasks } from './tasks.ts';
import type { TrunkDoor } from './trunk-door.ts';

/** An INVITE whose recording session is being started. */
export interface PendingInvite {
  readonly mergeKey: string;
  readonly trunk: Trunk;
  isCancelled: boolean;
}

export interface RecordingEdge {
  readonly control: ControlContext;
  readonly endpoint: SipEndpoint;
  readonly log: Log;
  /** Named in Contact and SDP instead of the address that an INVITE came to. */
  readonly publicAddress: string | undefined;
  readonly tasks: Tasks;
  readonly door: TrunkDoor;
  readonly notes: RefusalNotes;
  readonly rate: InviteRate;
  /** Why no further recording session is taken now, or undefined. */
  readonly admission: () => string | undefined;
  /** By dialog key. */
  readonly dialogs: Map<string, RecordedDialog>;
  /** The same by recording, to find a dialog again from what `control` tells of it. */
  readonly byRecording: Map<RecordingId, RecordedDialog>;
  /** By transaction key. */
  readonly pending: Map<string, PendingInvite>;
  /** Merge keys of everything in `dialogs` and `pending`. */
  readonly merges: Set<string>;
  /** Names of the trunks of which it was told that their keys come in the clear. */
  readonly toldInClear: Set<string>;
  isStopping: boolean;
  /** No longer hears of recordings that are ended by request, or paused and resumed, nor looks for silent ones. */
  forgetSource: () => void;
}

/** The SRC as the one who asks. It is named by its product, which is no content of any conversation. */
export function sourceAsks(edge: RecordingEdge, { request, way }: IncomingRequest): Asked {
  const name = headerValue(request, 'User-Agent')?.slice(0, 80) ?? 'SRC';
  const requestId = edge.control.ids.next<RequestId>();
  return { clientId: 'sip', name, from: way.remote.host, door: `SIP ${request.method}`, requestId };
}

/** What an operator must see of a request that failed: nothing where the peer is to blame. */
export function noteFailure(edge: RecordingEdge, error: unknown): void {
  if (!(error instanceof Fault)) {
    edge.control.report(error instanceof Error ? error : new Error(String(error)));
    return;
  }
  if (error.code === 'portsExhausted' || error.code === 'storageUnavailable') {
    edge.control.raise({ what: error.code, facts: { door: 'SIP' } });
  }
  edge.log.warn('recordingSessionRefused', { fault: error.code });
}
