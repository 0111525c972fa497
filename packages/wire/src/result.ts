/** What a parser answers: a value, or a fault that says where the input is wrong and never what stood there. */

/**
 * Why input was refused. `code` comes from a closed list of its parser. `detail` names a position or a bound
 * ("line 12") and holds no content of the input, so it may be logged (promise P13).
 */
export interface WireFault<Code extends string> {
  readonly code: Code;
  readonly detail: string;
}

/** A value read from the wire, or the fault that refused it; parsers return this and do not throw. */
export type Result<Value, Code extends string> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly fault: WireFault<Code> };

/** The input was read. */
export function found<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value };
}

/** The input was refused. `detail` is a position or the name of a bound, never text of the input. */
export function refused<Code extends string>(
  code: Code,
  detail: string,
): { readonly ok: false; readonly fault: WireFault<Code> } {
  return { ok: false, fault: { code, detail } };
}
