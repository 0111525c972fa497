/** The WHIP edge (RFC 9725): screens and video that a client publishes over WebRTC. */
export { Whips } from './whips.ts';
