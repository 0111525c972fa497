/** Every way to ask the world. */

export const asked: readonly unknown[] = [
  Date.now(), // canary: impure-call: Date.now
  new Date(), // canary: impure-call: new Date()
  performance.now(), // canary: impure-call: performance.now
  Math.random(), // canary: impure-call: Math.random
  setTimeout(() => {}, 1), // canary: impure-call: setTimeout
];
