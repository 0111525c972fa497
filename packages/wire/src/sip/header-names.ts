/** Names of header fields: one spelling for each, whatever case or compact form a peer uses (RFC 3261 §7.3.3, §20). */

/** The one-letter forms that IANA lists for SIP. */
const compactForms: Readonly<Record<string, string>> = {
  a: 'Accept-Contact',
  b: 'Referred-By',
  c: 'Content-Type',
  d: 'Request-Disposition',
  e: 'Content-Encoding',
  f: 'From',
  i: 'Call-ID',
  j: 'Reject-Contact',
  k: 'Supported',
  l: 'Content-Length',
  m: 'Contact',
  n: 'Identity-Info',
  o: 'Event',
  r: 'Refer-To',
  s: 'Subject',
  t: 'To',
  u: 'Allow-Events',
  v: 'Via',
  x: 'Session-Expires',
  y: 'Identity',
};

/** Header fields whose lines are comma-separated lists, so that several lines equal one joined line (§7.3.1). */
const lists: readonly string[] = [
  ...['Accept', 'Accept-Contact', 'Accept-Encoding', 'Accept-Language', 'Alert-Info', 'Allow', 'Allow-Events'],
  ...['Call-Info', 'Contact', 'Content-Encoding', 'Content-Language', 'Diversion', 'Error-Info', 'Geolocation'],
  ...['History-Info', 'In-Reply-To', 'P-Asserted-Identity', 'P-Preferred-Identity', 'Path', 'Proxy-Require'],
  ...['Reason', 'Record-Route', 'Recv-Info', 'Reject-Contact', 'Require', 'Route', 'Security-Client'],
  ...['Security-Server', 'Security-Verify', 'Service-Route', 'Supported', 'Unsupported', 'Via', 'Warning'],
];

/** Header fields that a message carries at most once; a second one would leave open which of them counts. */
const singles: readonly string[] = [
  ...['Call-ID', 'Content-Disposition', 'Content-Length', 'Content-Type', 'CSeq', 'Event', 'Expires', 'From'],
  ...['Max-Forwards', 'MIME-Version', 'Min-SE', 'RSeq', 'Session-Expires', 'To'],
];

/** Further names that are often seen, so that their usual spelling is found without making a new one. */
const others: readonly string[] = [
  ...['Authorization', 'Date', 'Min-Expires', 'Organization', 'Priority', 'Privacy', 'Proxy-Authenticate'],
  ...['Proxy-Authorization', 'RAck', 'Reply-To', 'Replaces', 'Retry-After', 'Server', 'Session-ID', 'Subject'],
  ...['Timestamp', 'User-Agent', 'User-to-User', 'WWW-Authenticate'],
];

const spellings: ReadonlyMap<string, string> = new Map<string, string>([
  ...Object.entries(compactForms),
  ...[...Object.values(compactForms), ...lists, ...singles, ...others].flatMap((name): [string, string][] => [
    [name, name],
    [name.toLowerCase(), name],
  ]),
]);

const listNames: ReadonlySet<string> = new Set(lists);
const singleNames: ReadonlySet<string> = new Set(singles);

/** The usual spelling of a header name, compact forms written out; a name we do not know is returned as it is. */
export function headerName(written: string): string {
  return spellings.get(written) ?? spellings.get(written.toLowerCase()) ?? written;
}

/** Whether lines of this header are comma-separated lists. Takes a name as `headerName` spells it. */
export function isListHeader(name: string): boolean {
  return listNames.has(name);
}

/** Whether a message may carry this header only once. Takes a name as `headerName` spells it. */
export function isSingleHeader(name: string): boolean {
  return singleNames.has(name);
}
