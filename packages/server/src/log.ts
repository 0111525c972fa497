/** Structured log lines on standard output: one JSON object each, never content of a conversation (P13). */
import { type LogLevel, logLevels } from './settings.ts';

/** Facts of a line: ids, counts and names; the type keeps out objects that might carry content. */
export interface LogFacts {
  readonly [name: string]: string | number | boolean | undefined;
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
      write(`${JSON.stringify({ at: new Date().toISOString(), level: name, event, ...facts, ...request() })}\n`);
    };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}
