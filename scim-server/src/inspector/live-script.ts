/** Keeps the request log current. Without scripts the page is complete and can be reloaded by hand. */
export const liveScript = `
"use strict";
const live = document.querySelector("[data-live]");
const toggle = document.querySelector("#live");
async function refresh() {
  if (!toggle.checked || document.hidden) return;
  const response = await fetch(live.dataset.live);
  if (!response.ok) return;
  const text = await response.text();
  if (text !== live.innerHTML) live.innerHTML = text;
}
setInterval(refresh, 2000);
`;
