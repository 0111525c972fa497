/** The codes by which the operating system names its errors. */

/** Whether `error` is an error of the system with one of these codes (`ENOENT`, `EEXIST` and the like). */
export function hasErrorCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
