/** The looks of the sign-in pages: one small style sheet, sent with the page and allowed by its hash. */
import { createHash } from 'node:crypto';

export const styles = `
:root {
  color-scheme: light dark;
  --paper: #f3f2ee;
  --card: #ffffff;
  --ink: #1c1e22;
  --soft: #575d66;
  --edge: #d6d5cf;
  --field: #81868f;
  --accent: #0a6262;
  --accent-deep: #074a4a;
  --on-accent: #ffffff;
  --alarm: #9b1c17;
  --alarm-paper: #fdf0ef;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #121418;
    --card: #1b1e24;
    --ink: #e8eaee;
    --soft: #a9afba;
    --edge: #33373f;
    --field: #7d848f;
    --accent: #62c9c2;
    --accent-deep: #86dbd5;
    --on-accent: #06211f;
    --alarm: #ffb4ab;
    --alarm-paper: #391614;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0;
  min-height: 100vh;
  min-height: 100svh;
  display: grid;
  place-items: center;
  padding: 1.5rem;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
main {
  width: 100%;
  max-width: 26rem;
  padding: 2.25rem 2.25rem 2rem;
  background: var(--card);
  border: 1px solid var(--edge);
  border-radius: 0.875rem;
}
.brand { display: flex; align-items: center; gap: 0.625rem; margin: 0 0 1.75rem; font-weight: 600; letter-spacing: 0.01em; }
.brand svg { width: 2.25rem; height: 1.25rem; color: var(--accent); }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; font-weight: 650; letter-spacing: -0.01em; }
p { margin: 0.5rem 0 0; }
.soft { color: var(--soft); }
.soft strong { color: var(--ink); font-weight: 600; overflow-wrap: anywhere; }
form { margin: 1.5rem 0 0; }
label { display: block; margin: 1.125rem 0 0.375rem; font-weight: 600; font-size: 0.9375rem; }
input:not([type=checkbox]) {
  display: block;
  width: 100%;
  min-height: 2.75rem;
  padding: 0.5rem 0.75rem;
  font: inherit;
  color: inherit;
  background: transparent;
  border: 1px solid var(--field);
  border-radius: 0.5rem;
}
input.code { font-variant-numeric: tabular-nums; letter-spacing: 0.18em; font-size: 1.25rem; }
input[aria-invalid=true] { border-color: var(--alarm); box-shadow: inset 0 0 0 1px var(--alarm); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.tick { display: flex; align-items: start; gap: 0.625rem; margin: 1.125rem 0 0; }
.tick label { margin: 0; font-weight: 400; }
.tick input { width: 1.25rem; height: 1.25rem; margin: 0.125rem 0 0; flex: none; accent-color: var(--accent); }
button, .button {
  display: block;
  width: 100%;
  min-height: 2.75rem;
  margin: 1.5rem 0 0;
  padding: 0.5rem 1rem;
  font: inherit;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  color: var(--on-accent);
  background: var(--accent);
  border: 1px solid var(--accent);
  border-radius: 0.5rem;
  cursor: pointer;
}
button:hover, .button:hover { background: var(--accent-deep); border-color: var(--accent-deep); }
.second { color: var(--ink); background: transparent; border-color: var(--field); }
.second:hover { color: var(--ink); background: var(--paper); border-color: var(--field); }
.ways { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0.25rem 1.5rem; margin: 1.25rem 0 0; }
.ways form { margin: 0; }
.ways a, .ways button {
  display: inline-block;
  width: auto;
  min-height: 2rem;
  margin: 0;
  padding: 0.25rem 0;
  font-weight: 400;
  line-height: 1.5;
  color: var(--accent);
  background: none;
  border: 0;
  text-decoration: underline;
  text-underline-offset: 0.2em;
}
.ways a:hover, .ways button:hover { color: var(--accent-deep); text-decoration-thickness: 2px; }
.alarm {
  margin: 1.25rem 0 0;
  padding: 0.75rem 0.875rem;
  color: var(--alarm);
  background: var(--alarm-paper);
  border-left: 4px solid var(--alarm);
  border-radius: 0.25rem;
}
.wrong { margin: 0.375rem 0 0; color: var(--alarm); font-size: 0.9375rem; }
.or { display: flex; align-items: center; gap: 0.75rem; margin: 1.5rem 0 0; color: var(--soft); font-size: 0.9375rem; }
.or::before, .or::after { content: ""; flex: 1; border-top: 1px solid var(--edge); }
.or + .button, .or + form { margin-top: 1rem; }
.qr { width: 12.5rem; max-width: 100%; margin: 1.25rem auto 0; padding: 0.25rem; background: #fff; border-radius: 0.5rem; }
.qr svg { display: block; width: 100%; height: auto; }
.key, .codes { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.key { display: block; overflow-wrap: anywhere; letter-spacing: 0.04em; }
.codes {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr));
  white-space: nowrap;
  gap: 0.375rem 1.5rem;
  margin: 1.25rem 0 0;
  padding: 1rem;
  list-style: none;
  border: 1px solid var(--edge);
  border-radius: 0.5rem;
}
@media (max-width: 30rem) {
  body { place-items: start stretch; padding: 0; background: var(--card); }
  main { max-width: none; padding: 1.5rem 1.25rem 2rem; border: 0; border-radius: 0; }
}
@media (forced-colors: active) {
  .qr { forced-color-adjust: none; }
}
@media print {
  body { background: #fff; color: #000; }
  form, .ways { display: none; }
}
`;

/** How the policy of a page names the style sheet (CSP level 3 §2.3.1). */
export const stylesHash = `'sha256-${createHash('sha256').update(styles, 'utf8').digest('base64')}'`;
