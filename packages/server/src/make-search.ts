/** Searching what was written, where that is wanted. */
import type { WordIndex } from '@tacet/domain';
import { removeIndex } from './search/open-index.ts';
import { SearchHost } from './search/search-host.ts';
import type { Core } from './server-core.ts';

/** @returns nothing where it is switched off; an index of before is removed then. */
export function makeSearch({ config, control, store, log }: Core, stack: AsyncDisposableStack): WordIndex | undefined {
  const { dataDir } = config;
  if (!config.search) {
    // Rule: an index that is switched off is removed
    removeIndex(dataDir);
    return undefined;
  }
  const onTrouble = (message: string): void => log.warn('search', { message });
  return stack.use(new SearchHost({ dataDir, clock: control.clock, source: store, onTrouble }));
}
