/** What is kept with the recording of a tab, so that it goes on after a restart when its page comes back. */
import type { Asked } from '@tacet/domain';

export interface KeptPage {
  readonly tab: string;
  readonly asked: Asked;
}

interface KeptState extends KeptPage {
  readonly isOfPages: true;
}

export function keptPage({ tab, asked }: KeptPage): KeptState {
  return { isOfPages: true, tab, asked };
}

/** @returns nothing where what was kept is that of another edge. */
export function keptPageOf(state: unknown): KeptPage | undefined {
  const kept = state as Partial<KeptState> | null | undefined;
  if (kept?.isOfPages !== true || kept.tab === undefined || kept.asked === undefined) return undefined;
  return { tab: kept.tab, asked: kept.asked };
}
