/** The co-browse edge: what happens in a page's document, recorded over a WebSocket. */
export { CoBrowse } from './co-browse.ts';
