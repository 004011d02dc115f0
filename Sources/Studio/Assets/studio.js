"use strict";
// What all pages share: times in the reader's zone, commands to copy, forms whose choice is an address, and parts of pages
// that are fetched when they come into sight, and again while what they show goes on.
const Studio = (() => {
  function times(root) {
    for (const time of root.querySelectorAll("time[datetime]")) {
      const date = new Date(time.dateTime);
      if (!isNaN(date)) { time.title = time.dateTime; time.textContent = date.toLocaleString("sv").slice(0, 16); }
    }
  }
  times(document);

  document.addEventListener("click", async event => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = button.dataset.copy ? document.getElementById(button.dataset.copy) : button.parentElement.querySelector("code, pre");
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    } catch { getSelection().selectAllChildren(source); }
  });

  document.addEventListener("click", event => {
    const button = event.target.closest("[data-confirm]");
    if (button && !confirm(button.dataset.confirm)) event.preventDefault();
  });

  for (const form of document.querySelectorAll("form[data-choose]")) {
    for (const button of form.querySelectorAll("button:not([name]):not([type])")) button.hidden = true;
    form.addEventListener("change", () => form.requestSubmit());
  }

  // An element with data-load is filled from there; one with data-again in it is filled again after so many seconds.
  async function fill(place) {
    if (document.hidden || place.contains(document.activeElement) && document.activeElement !== place) return again(place, 1);
    const answer = await fetch(place.dataset.load);
    const text = await answer.text();
    const before = place.querySelector(".output");
    const isAtEnd = !before || before.scrollTop + before.clientHeight >= before.scrollHeight - 4;
    const top = before ? before.scrollTop : 0;
    if (answer.ok) place.innerHTML = text;
    else {
      const error = document.createElement("p");
      error.className = "empty";
      error.textContent = text;
      place.replaceChildren(error);
    }
    place.removeAttribute("aria-busy");
    times(place);
    const output = place.querySelector(".output");
    if (output) output.scrollTop = isAtEnd ? output.scrollHeight : top;
    const next = place.querySelector("[data-again]");
    if (next) again(place, Number(next.dataset.again));
  }
  function again(place, seconds) { setTimeout(() => fill(place), Math.max(0.5, seconds) * 1000); }
  const observer = new IntersectionObserver(entries => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      observer.unobserve(entry.target);
      fill(entry.target);
    }
  }, { rootMargin: "200px" });
  for (const place of document.querySelectorAll("[data-load]")) {
    const now = place.querySelector("[data-again]");
    if (now) again(place, Number(now.dataset.again));
    else if (place.childElementCount === 0 || place.hasAttribute("aria-busy")) observer.observe(place);
    const output = place.querySelector(".output");
    if (output) output.scrollTop = output.scrollHeight;
  }
  // Events while somebody looks: a browser has few connections to a server, and a page that is hidden needs none.
  function events(address, listeners) {
    let source = null;
    function listen() {
      source = new EventSource(address);
      for (const [name, listener] of Object.entries(listeners)) source.addEventListener(name, listener);
    }
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) { source.close(); source = null; }
      else if (!source) { listen(); if (listeners.changed) listeners.changed(); }
    });
    if (!document.hidden) listen();
  }
  return { times, events };
})();
