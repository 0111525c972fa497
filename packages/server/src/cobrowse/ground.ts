/** What everything at the co-browse edge works with. */
import { Fault } from '@tacet/domain';
import type { ControlContext } from '../control/index.ts';
import type { Log } from '../log.ts';
import type { PublishingTokens } from '../publishing-tokens.ts';

export interface CobrowseGround {
  readonly control: ControlContext;
  readonly log: Log;
  readonly tokens: PublishingTokens;
}

/** What an operator must see of something that failed. */
export function noteFailure({ control, log }: CobrowseGround, error: unknown): void {
  if (!(error instanceof Fault)) {
    control.report(error instanceof Error ? error : new Error(String(error)));
    return;
  }
  if (error.code === 'storageUnavailable') control.raise({ what: error.code, facts: { door: 'co-browse' } });
  log.warn('cobrowseFailed', { fault: error.code });
}
