/** Keeps the request log current. Without scripts the page is complete and can be reloaded by hand. */
export const liveScript = `
"use strict";
const live = document.querySelector("[data-live]");
const toggle = document.querySelector("#live");
async function refresh() {
  if (!toggle.checked || document.hidden) return;
  // A server that starts anew is asked again at the next turn.
  const response = await fetch(live.dataset.live).catch(() => undefined);
  if (response?.ok !== true) return;
  const latest = document.createElement("template");
  latest.innerHTML = await response.text();
  const [shown, rows] = [live, latest.content].map((place) => place.querySelector("tbody"));
  // The rows alone: a table that somebody scrolls keeps its place and the focus.
  if (shown === null || rows === null) live.replaceChildren(latest.content);
  else if (shown.innerHTML !== rows.innerHTML) shown.replaceWith(rows);
}
setInterval(refresh, 2000);
`;
