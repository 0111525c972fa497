/** The AudioHook edge: recording sessions whose audio comes over a WebSocket. */
export { AudioHooks } from './audio-hooks.ts';
export { KeyFileError, readKeyFile } from './keys.ts';
