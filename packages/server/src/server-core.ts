/** What the edges are opened over. */
import type { DatabaseSync } from 'node:sqlite';
import type { Config } from './config.ts';
import type { ControlContext, TakenUp } from './control/index.ts';
import type { Log } from './log.ts';
import type { Observing } from './make-observe.ts';
import type { FileKeyService, SqliteMetadataStore } from './store/index.ts';
import type { NodeMediaHost } from './voice/index.ts';

/** What stands before the edges are opened. */
export interface Core {
  readonly config: Config;
  readonly log: Log;
  readonly epoch: number;
  readonly db: DatabaseSync;
  readonly store: SqliteMetadataStore;
  readonly keys: FileKeyService;
  readonly control: ControlContext;
  readonly media: NodeMediaHost;
  readonly observing: Observing;
  readonly taken: TakenUp;
  readonly ending: Ending;
}

/** How the server is to end; decided as late as it is told to. */
interface Ending {
  how: 'end' | 'handover';
}
