/** The web chat edge: pages on which people write to each other. */
export { WebChat } from './web-chat.ts';
