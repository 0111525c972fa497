/** Stands in for an edge. */

export type Neighbour = object;
