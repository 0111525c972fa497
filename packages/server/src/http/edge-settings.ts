/** What an operator decides about the HTTP edge. */

export interface EdgeSettings {
  /** Requests a minute of one client in one class of operations; 0 for no limit. */
  readonly rateLimitPerMinute: number;
  /** The same for pauses and resumes. */
  readonly pauseRateLimitPerMinute: number;
  /** Addresses and networks of proxies whose headers are believed. */
  readonly trustedProxies: readonly string[];
  /** Origins of web pages that may call us from a browser. */
  readonly corsOrigins: readonly string[];
}

/** Where nobody decided: no limits, no proxies, no browsers. */
export const openEdge: EdgeSettings = {
  rateLimitPerMinute: 0,
  pauseRateLimitPerMinute: 0,
  trustedProxies: [],
  corsOrigins: [],
};
