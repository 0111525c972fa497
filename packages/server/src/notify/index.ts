/** The notification edge: who wants to be told is told, in order, once, and nobody else. */
export type { TokenHolders } from './channel.ts';
export type { NotifyLimits } from './limits.ts';
export { Notifications } from './notifications.ts';
