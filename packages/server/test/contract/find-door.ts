/** Which door a request reached: that with the most parts of its path written out. */
import type { Door } from '../../src/http/door.ts';

/** Finds the door that a request of this method and URL reaches. */
export type DoorFinder = (method: string, url: string) => Door | undefined;

function patternOf({ path }: Door): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`);
}

export function doorFinder(doors: readonly Door[]): DoorFinder {
  const placesOf = ({ path }: Door): number => path.split('{').length;
  const ordered = doors
    .toSorted((one, other) => placesOf(one) - placesOf(other))
    .map((door) => ({ door, pattern: patternOf(door) }));
  return (method, url) => {
    const [path = ''] = url.split('?', 1);
    return ordered.find(({ door, pattern }) => door.method === method && pattern.test(path))?.door;
  };
}
