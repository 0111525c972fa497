/** Types of `built-path.mjs`. */
export const sources: readonly string[];
/** Absolute path of the native code of these sources; nothing is there where it was not built. */
export const built: string;
