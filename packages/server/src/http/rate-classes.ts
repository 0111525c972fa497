/** Classes of operations, each with a budget of requests of its own, so that none starves another. */
import type { Door } from './door.ts';

/** `none`: doors that nobody counts, for whoever watches over the process. */
export type RateClass = 'pause' | 'playback' | 'administration' | 'other' | 'none';

/** By what the path begins with; the first that fits counts. */
const byPath: readonly (readonly [pattern: RegExp, rateClass: RateClass])[] = [
  [/^\/(?!api\/v2\/|tacet\/v1\/)/, 'none'],
  [/^\/tacet\/v1\/media\//, 'playback'],
  [/^\/api\/v2\/(recordings?|orphanrecordings)(\/|$)/, 'playback'],
  [/^\/(api\/v2|tacet\/v1)\/conversations\/\{conversationId\}\/recording(s|metadata)(\/|$)/, 'playback'],
  [/^\/api\/v2\/(authorization|oauth|users|tokens|organizations|routing|audits)(\/|$)/, 'administration'],
  [/^\/tacet\/v1\/audit(\/|$)/, 'administration'],
];

export function rateClassOf(door: Pick<Door, 'path' | 'access'> & { readonly refusedAs?: unknown }): RateClass {
  // Doors that write refusals into the audit log are those that change a recording state.
  // Rule: pauses have a budget of their own, which no flood of other requests uses up
  if (door.refusedAs !== undefined) return 'pause';
  return byPath.find(([pattern]) => pattern.test(door.path))?.[1] ?? 'other';
}

/** Whether an address, known or not, belongs to what is counted. */
export function isCounted(url: string): boolean {
  return url.startsWith('/api/v2/') || url.startsWith('/tacet/v1/');
}
