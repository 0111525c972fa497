export {};
// canary: no-caption
