/** What lower parts must not reach for. */

export const neighbour = true;
