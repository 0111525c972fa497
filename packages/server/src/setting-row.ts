/** One setting: what it is called, what holds without it, what it means, and how its text is read. */

export interface SettingRow<T> {
  readonly name: string;
  /** What holds when it is not set, as text; empty where there is none. */
  readonly fallback: string;
  readonly meaning: string;
  /** What a wrong value is told. */
  readonly expects: string;
  /** @returns `undefined` when the text is not a value of this setting. */
  readonly read: (text: string) => T | undefined;
  readonly isSecret?: true;
}

export function row<T>(name: string, fallback: string, rest: Omit<SettingRow<T>, 'name' | 'fallback'>): SettingRow<T> {
  return { name, fallback, ...rest };
}
