/** canary: lint/complexity/useMaxParams */

export function five(a: number, b: number, c: number, d: number, e: number): number {
  return a + b + c + d + e;
}
