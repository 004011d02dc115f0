"use strict";
// Films of several policies: played one after the other when somebody asks, then shown all at once so that they move together.
(() => {
  const films = document.getElementById("films");
  if (!films) return;
  let begun = false;
  films.addEventListener("toggle", async () => {
    if (begun || !films.open) return;
    begun = true;
    const figures = [...films.querySelectorAll("[data-film]")];
    const played = [];
    for (const figure of figures) figure.querySelector(".frame").textContent = "Waits for its turn…";
    for (const figure of figures) {
      const frame = figure.querySelector(".frame");
      frame.textContent = "Plays an episode…";
      let answer = await fetch(figure.dataset.film);
      // Somebody else's film is being drawn.
      for (let tries = 0; answer.status === 503 && tries < 60; tries += 1) {
        await new Promise(next => setTimeout(next, 1000));
        answer = await fetch(figure.dataset.film);
      }
      const text = await answer.text();
      frame.textContent = answer.ok ? "Ready." : text;
      if (answer.ok) played.push([frame, text]);
    }
    for (const [frame, text] of played) frame.innerHTML = text;
  });
})();
