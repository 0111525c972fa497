/** YAML, whose seventy modules are only read where there is a file of it: a start after a crash is waited for. */
import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';

const load = createRequire(import.meta.url);

type Options = Yaml.ParseOptions & Yaml.DocumentOptions & Yaml.SchemaOptions & Yaml.ToJSOptions;

/** @throws Error when the text is not YAML; its words may quote the text. */
export function parseYaml(text: string, options: Options): unknown {
  const { parse } = load('yaml') as typeof Yaml;
  return parse(text, options);
}
