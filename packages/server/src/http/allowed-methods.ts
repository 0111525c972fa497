/** Which methods a path is known by, for the answer to a request by another one (RFC 9110 §15.5.6). */
import type { Door } from './door.ts';

type Method = Door['method'];

/** One place in a path; below it, the next part by its name, or any part where the path takes an id. */
interface Place {
  readonly named: Map<string, Place>;
  any: Place | undefined;
  readonly methods: Set<Method>;
}

function newPlace(): Place {
  return { named: new Map(), any: undefined, methods: new Set() };
}

function below(place: Place, part: string): Place {
  if (part.startsWith('{')) {
    place.any ??= newPlace();
    return place.any;
  }
  const known = place.named.get(part);
  if (known !== undefined) return known;
  const made = newPlace();
  place.named.set(part, made);
  return made;
}

/** As many places as fit a path: one by name may stand beside one that takes any. */
function placesOf(root: Place, parts: readonly string[]): readonly Place[] {
  let places: readonly Place[] = [root];
  for (const part of parts) {
    places = places.flatMap(({ named, any }) => {
      const byName = named.get(part);
      const byAny = part === '' ? undefined : any;
      return [byName, byAny].filter((place) => place !== undefined);
    });
  }
  return places;
}

function partsOf(path: string): readonly string[] {
  return path.split('/').slice(1);
}

export class AllowedMethods {
  readonly #root = newPlace();

  constructor(doors: readonly Pick<Door, 'path' | 'method'>[]) {
    for (const { path, method } of doors) partsOf(path).reduce(below, this.#root).methods.add(method);
  }

  /** In alphabetical order; empty for a path that is not known at all. */
  of(url: string): readonly Method[] {
    const path = url.split(/[?#;]/, 1)[0] ?? '';
    const found = placesOf(this.#root, partsOf(path)).flatMap(({ methods }) => [...methods]);
    return [...new Set(found)].toSorted();
  }
}
