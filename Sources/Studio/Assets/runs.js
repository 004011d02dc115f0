"use strict";
// The table of runs: rows are fetched as they are scrolled to, conditions completed as they are typed.
(() => {

  // Columns: a view is an address, so that a choice goes to another.
  const columns = document.getElementById("columns");
  columns.addEventListener("change", () => {
    const address = new URL(location.href);
    address.searchParams.delete("column");
    address.searchParams.delete("from");
    for (const box of columns.querySelectorAll("input:checked")) address.searchParams.append("column", box.value);
    location.assign(address);
  });

  const grouping = document.getElementById("grouping");
  grouping.addEventListener("change", () => {
    const address = new URL(location.href);
    for (const name of ["group", "open", "from"]) address.searchParams.delete(name);
    for (const box of grouping.querySelectorAll("input:checked")) address.searchParams.append("group", box.value);
    location.assign(address);
  });

  const field = document.getElementById("where");
  const names = [...document.querySelectorAll("#fields option")].map(option => option.value);
  const words = ["AND", "OR", "NOT", "LIKE", "IN", "IS NULL"];
  const list = document.createElement("ul");
  list.className = "suggest";
  list.id = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Fields");
  let chosen = -1;
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-controls", "suggestions");
  field.setAttribute("aria-autocomplete", "list");

  function word() {
    const before = field.value.slice(0, field.selectionStart);
    if ((before.match(/'/g) || []).length % 2) return "";
    return (before.match(/[\w./\-:@%]+$/) || [""])[0];
  }
  function hide() { list.remove(); chosen = -1; field.setAttribute("aria-expanded", "false"); field.removeAttribute("aria-activedescendant"); }
  function mark() {
    [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === chosen)));
    if (chosen >= 0) { field.setAttribute("aria-activedescendant", list.children[chosen].id); list.children[chosen].scrollIntoView({ block: "nearest" }); }
  }
  function take(text) {
    const end = field.selectionStart;
    const start = end - word().length;
    const odd = !/^[\w./\-:@%]+$/.test(text) && !words.includes(text);
    field.setRangeText((odd ? `"${text}"` : text) + " ", start, end, "end");
    hide();
    field.focus();
  }
  function suggest() {
    const typed = word().toLowerCase();
    const found = typed ? [...names, ...words].filter(name => name.toLowerCase().includes(typed) && name.toLowerCase() !== typed)
      .sort((a, b) => a.toLowerCase().indexOf(typed) - b.toLowerCase().indexOf(typed)).slice(0, 12) : [];
    if (found.length === 0) return hide();
    list.replaceChildren(...found.map((name, place) => {
      const item = document.createElement("li");
      item.id = `suggestion-${place}`;
      item.setAttribute("role", "option");
      item.textContent = name;
      item.addEventListener("mousedown", event => { event.preventDefault(); take(name); });
      return item;
    }));
    chosen = -1;
    field.setAttribute("aria-expanded", "true");
    field.after(list);
    mark();
  }
  field.addEventListener("input", suggest);
  field.addEventListener("blur", hide);
  field.addEventListener("keydown", event => {
    if (!list.isConnected) return;
    const count = list.children.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      chosen = (chosen + (event.key === "ArrowDown" ? 1 : count + (chosen < 0 ? 0 : -1))) % count;
      mark();
    } else if ((event.key === "Tab" || event.key === "Enter") && chosen >= 0) take(list.children[chosen].textContent);
    else if (event.key === "Tab" && count > 0) take(list.children[0].textContent);
    else if (event.key === "Escape") hide();
    else return;
    event.preventDefault();
  });

  const scroll = document.getElementById("scroll");
  if (!scroll) return;
  const body = document.getElementById("rows");
  let count = Number(scroll.dataset.count);
  const first = Number(scroll.dataset.from);
  const form = scroll.closest("form");
  const picked = new Set();

  function tools() { for (const button of form.querySelectorAll(".needs")) button.disabled = picked.size === 0; }
  // A group's box stands for those of its runs.
  function boxes() {
    for (const box of body.querySelectorAll("input[name=run]")) box.checked = picked.has(box.value);
    for (const box of body.querySelectorAll("input[data-runs]")) {
      const runs = box.dataset.runs.split(" ");
      const here = runs.filter(id => picked.has(id)).length;
      box.checked = here === runs.length;
      box.indeterminate = here > 0 && here < runs.length;
    }
  }
  body.addEventListener("change", event => {
    const box = event.target;
    for (const id of box.dataset.runs ? box.dataset.runs.split(" ") : [box.value]) picked[box.checked ? "add" : "delete"](id);
    boxes();
    tools();
  });
  // Runs that were picked and scrolled away are sent too.
  form.addEventListener("submit", event => {
    const shown = new Set([...body.querySelectorAll("input[name=run]:checked")].map(box => box.value));
    const others = [...picked].filter(id => !shown.has(id)).map(id => Object.assign(document.createElement("input"), { type: "hidden", name: "run", value: id }));
    if (event.submitter && event.submitter.value === "delete" && !confirm(`Delete ${picked.size} run${picked.size === 1 ? "" : "s"}? They can be restored.`)) return event.preventDefault();
    form.append(...others);
  });

  const size = 100;
  const height = 28;
  const pages = new Map();
  if (first % size === 0) pages.set(first / size, body.innerHTML);
  let shown = "";

  function gap(rows) {
    const row = document.createElement("tr");
    row.className = "gap";
    const cell = document.createElement("td");
    cell.colSpan = 99;
    cell.style.height = `${rows * height}px`;
    row.append(cell);
    return row;
  }
  async function page(number) {
    if (!pages.has(number)) {
      const address = new URL(scroll.dataset.rows, location.href);
      address.searchParams.set("from", String(number * size));
      const answer = await fetch(address);
      if (!answer.ok) return "";
      pages.set(number, await answer.text());
      if (pages.size > 60) pages.delete(pages.keys().next().value);
    }
    return pages.get(number);
  }
  async function render(force) {
    const top = Math.max(0, Math.floor(scroll.scrollTop / height) - 40);
    const bottom = Math.min(count, Math.ceil((scroll.scrollTop + scroll.clientHeight) / height) + 40);
    const [from, to] = [Math.floor(top / size), Math.floor(Math.max(0, bottom - 1) / size)];
    const key = `${from}-${to}`;
    if (key === shown && !force) return;
    shown = key;
    const parts = await Promise.all(Array.from({ length: to - from + 1 }, (_, place) => page(from + place)));
    if (shown !== key) return;
    body.innerHTML = parts.join("");
    if (from > 0) body.prepend(gap(from * size));
    const rest = count - Math.min(count, (to + 1) * size);
    if (rest > 0) body.append(gap(rest));
    boxes();
    Studio.times(body);
  }
  if (first === 0) {
    scroll.addEventListener("scroll", () => requestAnimationFrame(() => { if (count > size) render(false); }), { passive: true });
    if (count > size) {
      for (const links of form.querySelectorAll(".pages")) links.hidden = true;
      render(true);
    }
  }

  // Groups open and close in place; which are open is part of the address.
  function opened(address, group, isOpen) {
    const url = new URL(address, location.href);
    const groups = url.searchParams.getAll("open").filter(name => name !== group);
    url.searchParams.delete("open");
    for (const name of isOpen ? [...groups, group] : groups) url.searchParams.append("open", name);
    return url.pathname + url.search;
  }
  async function fold(link) {
    const group = link.dataset.open;
    const isOpen = link.getAttribute("aria-expanded") !== "true";
    const isHere = link.closest("tr").classList.contains("here");
    history.replaceState(null, "", opened(location.href, group, isOpen));
    scroll.dataset.rows = opened(scroll.dataset.rows, group, isOpen);
    for (const other of form.querySelectorAll("thead a")) other.href = opened(other.href, group, isOpen);
    const back = form.querySelector("input[name=back]");
    back.value = opened(back.value, group, isOpen);
    count += isOpen ? Number(link.dataset.size) : -Number(link.dataset.size);
    pages.clear();
    await render(true);
    const after = body.querySelector(`[data-open="${CSS.escape(group)}"]`);
    if (!after) return;
    after.focus({ preventScroll: true });
    if (isHere) after.closest("tr").classList.add("here");
  }
  body.addEventListener("click", event => {
    const link = event.target.closest("[data-open]");
    if (!link || first !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    fold(link);
  });
  // It is a button: the space bar presses it.
  body.addEventListener("keydown", event => {
    if (event.key !== " " || !event.target.matches("[data-open]")) return;
    event.preventDefault();
    event.target.click();
  });
  // Runs that go on: the rows in sight are asked for again while somebody looks.
  setInterval(() => {
    if (document.hidden || first !== 0 || !body.querySelector(".status.running")) return;
    pages.clear();
    render(true);
  }, 2000);

  document.addEventListener("keydown", event => {
    if (event.target.matches("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = [...body.querySelectorAll("tr[data-run], tr[data-group]")];
    const here = rows.findIndex(row => row.classList.contains("here"));
    const go = place => {
      if (here >= 0) rows[here].classList.remove("here");
      const row = rows[Math.min(rows.length - 1, Math.max(0, place))];
      if (row) { row.classList.add("here"); row.scrollIntoView({ block: "nearest" }); }
    };
    if (event.key === "/") { event.preventDefault(); field.focus(); }
    else if (event.key === "j") go(here + 1);
    else if (event.key === "k") go(here - 1);
    else if (event.key === "x" && here >= 0) rows[here].querySelector("input").click();
    else if (event.key === "Enter" && here >= 0 && !event.target.matches("a, button, summary")) rows[here].querySelector("td a").click();
  });
})();
