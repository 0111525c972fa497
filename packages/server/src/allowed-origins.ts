/** Which web pages may call us from a browser (CORS), the same for every edge. */

/** An origin as browsers write it: scheme, host and port, without a path (RFC 6454 §6.2); `*` stands for any. */
export function isOrigin(entry: string): boolean {
  if (entry === '*') return true;
  if (!/^https?:\/\/[^/?#@\s]+$/i.test(entry)) return false;
  return URL.canParse(entry);
}

export class AllowedOrigins {
  readonly #origins: ReadonlySet<string>;
  /** Any origin is let in; answers then need not differ from one to the other. */
  readonly isAny: boolean;

  /** @param entries each of which `isOrigin`. */
  constructor(entries: readonly string[]) {
    this.isAny = entries.includes('*');
    // As a browser would write it: in lower case, and without the port that the scheme has anyway.
    this.#origins = new Set(entries.filter((entry) => entry !== '*').map((entry) => new URL(entry).origin));
  }

  get isEmpty(): boolean {
    return !this.isAny && this.#origins.size === 0;
  }

  /** @param origin as the browser sent it; `null` is what pages without an origin of their own send. */
  allows(origin: string): boolean {
    return this.isAny || this.#origins.has(origin);
  }
}
