// Follows the System Log without loading the page again, so that the reader's place and focus stay.
const list = document.querySelector("[data-live]");
const wait = Number(list.dataset.live) * 1000;

async function follow() {
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const latest = page.querySelector("[data-live]");
    if (latest === null || latest.innerHTML === list.innerHTML) return;
    const [shown, rows] = [list, latest].map((place) => place.querySelector("tbody"));
    // The rows alone: a table that somebody scrolls keeps its place and the focus.
    if (shown !== null && rows !== null) shown.replaceWith(rows);
    else list.innerHTML = latest.innerHTML;
  } catch {
    // The org is stopped or starts again: the next turn asks anew.
  } finally {
    setTimeout(follow, wait);
  }
}

setTimeout(follow, wait);
