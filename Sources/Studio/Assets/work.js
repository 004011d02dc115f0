"use strict";
// A form that starts work: its command follows it, and another agent or model has other settings.
(() => {
  const form = document.getElementById("start");
  for (const button of form.querySelectorAll("[data-noscript]")) button.hidden = true;
  const command = document.getElementById("command");
  const fields = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
  let waiting = 0;
  form.addEventListener("input", event => {
    if (event.target.matches("[data-reload]")) {
      const kept = fields();
      const prefix = event.target.name === "env" ? "option." : "set.";
      for (const name of [...kept.keys()]) if (name.startsWith(prefix)) kept.delete(name);
      location.assign(`/start?${kept}`);
      return;
    }
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const answer = await fetch(`/start/command?${fields()}`);
      command.textContent = await answer.text();
    }, 150);
  });
})();
