/** Every door of the server as data, without a server: nothing behind a door is needed before it answers. */

import type { Door } from '../../packages/server/src/http/door.ts';
import { allDoors } from '../../packages/server/src/http/doors.ts';
import type { HttpContext } from '../../packages/server/src/http/http-context.ts';

/** Stands for whatever a door takes apart while it is described; to call any of it would be to open the door. */
const nothing: object = new Proxy(
  {},
  {
    get: (_, name) => {
      if (typeof name === 'symbol') throw new Error('a door that is only described was opened');
      return nothing;
    },
  },
);

export function describedDoors(): readonly Door[] {
  return allDoors(nothing as HttpContext);
}
