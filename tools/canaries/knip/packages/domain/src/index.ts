/** Uses one of two. */

export { used } from './exports.ts';
