"use strict";
// A run's page: draws charts as they come into view, and follows the run while it goes on.
(() => {
  const head = document.getElementById("head");
  const address = "/runs/" + encodeURIComponent(head.dataset.run);
  const options = { smoothing: 0, log: false };
  const cards = new Map();
  for (const figure of document.querySelectorAll(".chart")) {
    cards.set(figure.dataset.metric, {
      figure, place: figure.querySelector(".plot"), note: figure.querySelector(".note"), curve: null, plot: null, seen: false,
    });
  }

  function say(card, index) {
    const { curve } = card;
    const last = curve.means.length - 1;
    const at = index === null || index === undefined ? last : index;
    const odd = curve.odd > 0 ? `${curve.odd} NaN or ∞ · ` : "";
    const value = curve.means[at] === null ? "NaN or ∞" : Charts.compact(curve.means[at]);
    const place = card.figure.dataset.axis === "time" ? `${Charts.compact(curve.steps[at])} s` : (curve.steps[at] || 0).toLocaleString("en");
    card.note.textContent = at < 0 ? "" : `${odd}${value} at ${place}`;
    card.note.classList.toggle("odd", curve.odd > 0);
  }

  function show(card, anew) {
    const own = { ...options, key: card.figure.dataset.axis || "run", point: index => say(card, index) };
    if (card.plot && !anew) card.plot.setData(Charts.data(card.curve, own));
    else {
      if (card.plot) card.plot.destroy();
      card.plot = Charts.draw(card.place, card.curve, own);
    }
    say(card, null);
  }

  async function load(wanted) {
    if (wanted.length === 0) return;
    const query = new URLSearchParams({ buckets: "600" });
    for (const card of wanted) query.append("metric", card.figure.dataset.metric);
    const answer = await fetch(`${address}/points?${query}`);
    if (!answer.ok) return;
    const curves = await answer.json();
    for (const card of wanted) {
      card.curve = curves[card.figure.dataset.metric];
      if (card.curve) show(card, false);
    }
  }

  let waiting = [];
  const observer = new IntersectionObserver(entries => {
    for (const entry of entries) {
      const card = cards.get(entry.target.dataset.metric);
      card.visible = entry.isIntersecting;
      if (entry.isIntersecting && !card.seen) {
        card.seen = true;
        if (waiting.push(card) === 1) queueMicrotask(() => { const all = waiting; waiting = []; load(all); });
      }
    }
  }, { rootMargin: "200px" });
  for (const card of cards.values()) observer.observe(card.figure);

  function redraw(anew) { for (const card of cards.values()) if (card.curve) show(card, anew); }
  const smoothing = document.getElementById("smoothing");
  if (smoothing) {
    smoothing.addEventListener("input", () => { options.smoothing = Number(smoothing.value); redraw(false); });
    document.getElementById("log").addEventListener("change", event => { options.log = event.target.checked; redraw(true); });
    document.getElementById("metrics").addEventListener("input", event => {
      const words = event.target.value.toLowerCase().split(/[\s,]+/).filter(Boolean);
      for (const [name, card] of cards) card.figure.hidden = words.length > 0 && !words.some(word => name.toLowerCase().includes(word));
    });
    let resizing = 0;
    // Also where a scroll bar comes or the columns change.
    new ResizeObserver(() => { clearTimeout(resizing); resizing = setTimeout(() => redraw(true), 100); }).observe(document.querySelector(".charts"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => redraw(true));
  }


  // Nothing is asked of the server until it says that the run has changed.
  if (!["running", "open"].includes(head.dataset.status)) return;
  let busy = false;
  Studio.events(`${address}/events`, { changed: async () => {
    if (busy) return;
    busy = true;
    try {
      // A menu that is open stays.
      const answer = head.querySelector("details[open].menu") ? { ok: false } : await fetch(`${address}/head`);
      if (answer.ok) { head.innerHTML = await answer.text(); Studio.times(head); }
      if (cards.size === 0) location.reload();
      await load([...cards.values()].filter(card => card.seen && card.visible));
    } finally { busy = false; }
  } });
})();
