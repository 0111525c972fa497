/** Structured log lines on standard output: one JSON object each, never content of a conversation (P13). */
import { type LogLevel, logLevels } from './settings.ts';

/** Facts of a line: ids, counts and names; the type keeps out objects that might carry content. */
export interface LogFacts {
  readonly [name: string]: string | number | boolean | undefined;
}

/** A card number has more digits than any of these; ids have letters and hyphens between theirs. */
const manyDigits = /\d{7,}/g;

/** What a parser quotes of its input may be anything that somebody sent. */
const quoting =
  /^(SyntaxError: )?(Unexpected (token|string|number|non-whitespace|end)|Expected |Bad (control|escaped)).*$/s;

/** Words of an error, without what may have come from outside in them (P13). */
function withoutContent(message: string): string {
  // Rule: what an error quotes of its input is not logged
  return message.replace(quoting, 'input that cannot be read').replace(manyDigits, '…');
}

function safe(facts: LogFacts): LogFacts {
  const { message } = facts;
  return typeof message === 'string' ? { ...facts, message: withoutContent(message) } : facts;
}

export interface Log {
  /** A person of the operator's must look. */
  error(event: string, facts?: LogFacts): void;
  warn(event: string, facts?: LogFacts): void;
  info(event: string, facts?: LogFacts): void;
  debug(event: string, facts?: LogFacts): void;
}

/**
 * @param write receives whole lines with their line end.
 * @param request says which request and which trace a line belongs to, where it belongs to one.
 */
export function createLog(level: LogLevel, write: (line: string) => void, request: () => LogFacts = () => ({})): Log {
  const most = logLevels.indexOf(level);
  const at =
    (name: LogLevel) =>
    (event: string, facts: LogFacts = {}): void => {
      if (logLevels.indexOf(name) > most) return;
      write(`${JSON.stringify({ at: new Date().toISOString(), level: name, event, ...safe(facts), ...request() })}\n`);
    };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}
