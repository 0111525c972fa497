/** Which trunk a request came over. */
import { defaultTrunk, type Trunk } from '@tacet/domain';
import type { Way } from './way.ts';

/** The trunk that takes signalling on this way. */
export function trunkOf(_way: Way): Trunk {
  return defaultTrunk;
}
