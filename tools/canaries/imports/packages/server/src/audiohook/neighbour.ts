/** Stands in for an edge. */

export {};
