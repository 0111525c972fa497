/** Ids in bodies whose form the schema has judged, and members that are there only when they were given. */
import { Fault, type Id, type Instant, instant, uuidAs } from '@tacet/domain';

/** @throws Fault constraintBroken for one that is no UUID, should the schema have let it through. */
export function uuidIn<T extends Id<string>>(field: string, text: string): T {
  const id = uuidAs<T>(text);
  if (id === undefined) throw new Fault('constraintBroken', { field, problem: 'has to have the form uuid' });
  return id;
}

export function uuidIfGiven<T extends Id<string>>(field: string, text: string | undefined): T | undefined {
  return text === undefined ? undefined : uuidIn<T>(field, text);
}

export function instantIfGiven(text: string | undefined): Instant | undefined {
  return text === undefined ? undefined : instant(Date.parse(text));
}
