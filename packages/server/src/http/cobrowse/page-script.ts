/** What a page includes, made once: rrweb's own bundle and ours, in a scope that nothing of the page can see. */
import { readFile } from 'node:fs/promises';

const bundle = new URL('./record.umd.min.cjs', import.meta.resolve('@rrweb/record'));
const ours = new URL('./tacet-cobrowse.js', import.meta.url);

let made: Promise<Uint8Array> | undefined;

async function make(): Promise<Uint8Array> {
  const [library, own] = await Promise.all([readFile(bundle, 'utf8'), readFile(ours, 'utf8')]);
  // The bundle hands itself to whatever loader of modules a page has; here it finds none.
  const wrapped = `(function(){var define,exports,module;\n${library.replace(/^\/\/# sourceMappingURL=.*$/m, '')}\n}).call(scope);`;
  const whole = `(function(){'use strict';var scope={};\ntry{${wrapped}\n${own}\n}catch{/* Nothing here may break a page. */}})();\n`;
  return new TextEncoder().encode(whole);
}

export function pageScript(): Promise<Uint8Array> {
  made ??= make();
  return made;
}
