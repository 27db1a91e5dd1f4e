/** The inspector's style sheet: system fonts, both colour schemes, narrow screens; nothing is loaded from elsewhere. */
export const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --paper: #ffffff; --raised: #f6f8fa; --line: #d0d7de;
  --accent: #0b57d0; --good: #116329; --bad: #a40e26; --mark: #fff3c4; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #a3adb8; --paper: #0d1117; --raised: #161b22;
  --line: #30363d; --accent: #79b8ff; --good: #56d364; --bad: #ff8e86; --mark: #3b3000; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
a { color: var(--accent); } a:focus-visible, input:focus-visible, button:focus-visible, [tabindex]:focus-visible {
  outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -999px; } .skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem; }
header { border-bottom: 1px solid var(--line); background: var(--raised); }
header > div, main, footer { max-width: 72rem; margin: 0 auto; padding: .75rem 1rem; }
header p { margin: 0; } header .where { font-weight: 600; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: .5rem 0 0; padding: 0; }
nav a[aria-current] { font-weight: 700; color: var(--ink); text-decoration-thickness: 3px; text-underline-offset: .3em; }
h1 { font-size: 1.5rem; margin: .75rem 0; overflow-wrap: anywhere; } h2 { font-size: 1.15rem; margin: 1.5rem 0 .5rem; }
.cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); padding: 0; list-style: none; }
.cards li { border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; background: var(--raised); }
.cards h2 { margin: 0 0 .5rem; } dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .4rem .75rem; vertical-align: top;
  border-bottom: 1px solid var(--line); } tbody tr:last-child td, tbody tr:last-child th { border-bottom: 0; }
thead th { background: var(--raised); white-space: nowrap; } tbody th { font-weight: 600; } td.number { text-align: right; }
tr.okta { background: var(--mark); } .good { color: var(--good); } .bad { color: var(--bad); } .soft { color: var(--soft); }
form { display: flex; gap: .5rem; flex-wrap: wrap; align-items: end; margin: .75rem 0; } label { display: block; }
input[type=search] { font: inherit; padding: .4rem .6rem; width: min(28rem, 100%); color: inherit;
  background: var(--paper); border: 1px solid var(--soft); border-radius: .35rem; }
button { font: inherit; padding: .4rem 1rem; border: 1px solid var(--soft); border-radius: .35rem; cursor: pointer;
  color: inherit; background: var(--raised); }
.pages { display: flex; gap: 1rem; margin: .75rem 0; }
time { white-space: nowrap; } code { font-size: .9em; overflow-wrap: anywhere; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } dt { margin-top: .4rem; }
  thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  tbody tr { display: flex; flex-wrap: wrap; gap: .1rem .9rem; padding: .5rem .75rem; border-bottom: 1px solid var(--line); }
  tbody tr:last-child { border-bottom: 0; } tbody th, tbody td { border: 0; padding: 0; overflow-wrap: anywhere; }
  td:empty { display: none; } td.number::after { content: attr(data-unit); } }
`;
