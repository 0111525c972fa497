/** A port's types may come from an edge. */

import type { Neighbour } from '../http/neighbour.ts';

export type Implements = Neighbour;
