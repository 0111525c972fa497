/** canary: console */

console.log('a line nobody asked for');
