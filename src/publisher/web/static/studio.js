// The studio's few own lines: keys, dragging, drafts that survive a reload, the live stream.
// How requests wait for each other is in studio-line.js, what keeps its place and the email's frame in studio-place.js.
(() => {
  "use strict";
  const body = document.body;
  const $ = (id) => document.getElementById(id);
  const kept = { get: (key) => sessionStorage.getItem(key), set: (key, value) => sessionStorage.setItem(key, value), drop: (key) => sessionStorage.removeItem(key) };
  const name = (field) => `draft ${body.dataset.edition} ${field.dataset.for || ""} ${field.id}`;
  const typing = (node) => node instanceof HTMLElement && (node.matches("textarea, select") || (node.matches("input") && node.type !== "checkbox"));

  // What is typed and not saved yet: kept through a reload, marked, saved when the field is left or by Ctrl-Enter.
  const dirty = (field) => field.value !== field.dataset.was;
  function note(field) {
    field.classList.toggle("unsaved", dirty(field));
    if (dirty(field)) kept.set(name(field), field.value); else kept.drop(name(field));
    count(field);
  }
  function count(field) {
    const shown = document.querySelector(`[data-counts="${field.id}"]`);
    if (!shown) return;
    const limit = Number(shown.dataset.limit);
    const length = "Segmenter" in Intl ? [...new Intl.Segmenter().segment(field.value)].length : [...field.value].length;
    shown.textContent = `${length} of ${limit}`;
    shown.classList.toggle("over", length > limit);
  }
  function restore() {
    for (const field of document.querySelectorAll(".draft")) {
      const draft = kept.get(name(field));
      if (draft !== null && draft !== field.value && field.getAttribute("aria-invalid") !== "true") field.value = draft;
      note(field);
      if (dirty(field) && field.id === "quote") htmx.trigger(field, "input");
      if (dirty(field) && field.closest("details")) field.closest("details").open = true;
    }
  }
  document.addEventListener("input", (event) => { if (event.target.matches(".draft")) note(event.target); });
  const save = (field) => { if (dirty(field)) htmx.trigger(field.form, "save"); };
  document.addEventListener("change", (event) => {
    if (event.target.matches(".words .draft")) save(event.target);
  });

  // What becomes of drafts when a button is pressed: those of other forms are saved first.
  const desk = {
    unsaved: () => [...document.querySelectorAll("form[data-saves]")].filter((form) => [...form.querySelectorAll(".draft")].some(dirty)),
    drafts: (form) => [...form.querySelectorAll(".draft")].map((field) => [name(field), field.value]),
    drop: (drafts) => { for (const [key, value] of drafts) if (kept.get(key) === value) kept.drop(key); },
    forget: (form) => { for (const field of form.querySelectorAll(".draft")) { field.value = field.dataset.was; note(field); } },
    idle: () => follow(),
  };
  window.studioDesk = desk;

  // Our own action brings its page itself: only when it is there, it can be known whether there is more to see.
  let latest = "";
  function follow() {
    if (latest && !studioLine.busy() && latest !== $("stage").dataset.mark) { const now = latest; latest = ""; refresh(now); }
  }

  // A live change never takes the words from under the pen.
  function refresh() {
    const left = [...document.querySelectorAll("#left .draft")].some(dirty) || (typing(document.activeElement) && $("left").contains(document.activeElement));
    const top = document.activeElement && document.activeElement.closest("#top details, #views form");
    const middle = typing(document.activeElement) && $("stage").contains(document.activeElement);
    $("live").setAttribute("data-hx-select-oob", [...(middle ? [] : ["#stage"]), "#right", ...(top ? [] : ["#top", "#views"]), ...(left ? [] : ["#left"])].join(","));
    htmx.trigger("#live", "live");
  }
  if (body.dataset.edition && "EventSource" in window) {
    const stream = new EventSource(`${body.dataset.base}live`);
    stream.addEventListener("changed", (event) => { latest = event.data; setTimeout(follow, 40); });
    addEventListener("pagehide", () => stream.close());
  }

  let hiding = 0;
  function tell(words) {
    const said = $("said");
    if (!said) return;
    if (words !== undefined) { said.textContent = words; said.classList.remove("wrong"); }
    said.classList.remove("seen");
    clearTimeout(hiding);
    if (!said.classList.contains("wrong")) hiding = setTimeout(() => said.classList.add("seen"), 4000);
  }

  // Order: by the handle with a pointer or the arrow keys, by Shift-J and Shift-K anywhere.
  const ids = () => [...document.querySelectorAll("#items > .item")].map((item) => item.dataset.id);
  let pending = null;
  function order(list, focus) {
    const form = $("order");
    if (!form) return;
    form.elements.order.value = list.join(",");
    pending = focus;
    htmx.trigger(form, "submit");
  }
  function shift(id, by, focus) {
    const list = ids();
    const at = list.indexOf(id);
    const to = at + by;
    if (at < 0 || to < 0 || to >= list.length) return;
    list.splice(at, 1);
    list.splice(to, 0, id);
    const item = document.querySelector(`.item[data-id="${CSS.escape(id)}"]`);
    const other = item.parentElement.children[to];
    if (by > 0) other.after(item); else other.before(item);
    order(list, focus);
  }
  document.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest && event.target.closest(".handle");
    if (!handle || event.button !== 0) return;
    const item = handle.closest(".item");
    const before = ids().join();
    const list = item.parentElement;
    event.preventDefault();
    handle.focus();
    item.classList.add("dragged");
    const drag = (move) => {
      for (const other of list.children) {
        if (other === item) continue;
        const box = other.getBoundingClientRect();
        if (move.clientY > box.top && move.clientY < box.bottom) {
          if (move.clientY < box.top + box.height / 2) other.before(item); else other.after(item);
          break;
        }
      }
    };
    const drop = () => {
      document.removeEventListener("pointermove", drag);
      document.removeEventListener("pointerup", drop);
      document.removeEventListener("pointercancel", drop);
      item.classList.remove("dragged");
      if (ids().join() !== before) order(ids(), handle.id);
    };
    document.addEventListener("pointermove", drag);
    document.addEventListener("pointerup", drop);
    document.addEventListener("pointercancel", drop);
  });

  // Keys.
  const wanted = () => localStorage.getItem("single keys") !== "off";
  const chosen = () => document.activeElement && document.activeElement.closest(".item");
  function step(by) {
    const items = [...document.querySelectorAll("#items > .item")];
    const at = items.indexOf(chosen());
    const next = items[at < 0 ? (by > 0 ? 0 : items.length - 1) : Math.min(Math.max(at + by, 0), items.length - 1)];
    if (next) next.querySelector(".title").focus();
  }
  function cycle(kind) {
    const links = [...document.querySelectorAll(`[id^="${kind}-"]`)];
    if (!links.length) return;
    const at = links.findIndex((link) => link.matches("[aria-current], [aria-pressed='true']"));
    links[(at + 1) % links.length].click();
  }
  function act(action, item) {
    const form = $("order");
    if (!form || !item || !item.querySelector(".handle")) return;
    const next = item.nextElementSibling || item.previousElementSibling;
    pending = action === "exclude" ? next && next.querySelector(".title").id : `item-${item.dataset.id}`;
    htmx.ajax("POST", form.getAttribute("data-hx-post").replace("/do/reorder/", `/do/${action}/`), { source: form, values: { review: item.dataset.id } });
  }
  function takeBack(field) {
    if (field.matches(".draft")) { field.value = field.dataset.was; htmx.trigger(field, "input"); } else field.value = field.defaultValue;
    field.blur();
  }
  function keys(event) {
    const field = event.target;
    if (event.isComposing || event.keyCode === 229) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && typing(field) && field.form) {
      event.preventDefault();
      if (field.matches(".words .draft")) save(field); else field.form.requestSubmit();
      return;
    }
    if (event.key === "Enter" && field.matches && field.matches(".oneline")) { event.preventDefault(); save(field); return; }
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll(".menu[open]")) menu.open = false;
      if (typing(field)) { takeBack(field); return; }
      studioLine.understood();
    }
    const handle = field.closest && field.closest(".handle");
    if (handle && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      shift(handle.closest(".item").dataset.id, event.key === "ArrowUp" ? -1 : 1, handle.id);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.getModifierState("AltGraph") || typing(field) || !wanted() || document.querySelector("dialog[open]")) return;
    const item = chosen();
    const own = {
      j: () => step(1), k: () => step(-1),
      J: () => item && shift(item.dataset.id, 1, `item-${item.dataset.id}`),
      K: () => item && shift(item.dataset.id, -1, `item-${item.dataset.id}`),
      x: () => act("exclude", item), f: () => act("lead", item),
      w: () => cycle("width"), c: () => cycle("scheme"), l: () => cycle("layout"),
      t: () => { $("test").closest("details").open = true; $("to").focus(); $("to").select(); },
      "?": () => $("keys").showModal(),
    }[event.key];
    const there = own ? null : document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!own && !there) return;
    event.preventDefault();
    if (own) own(); else if (typing(there)) { there.focus(); there.select && there.select(); } else there.click();
  }
  document.addEventListener("keydown", keys);
  document.addEventListener("click", (event) => {
    if (event.target.closest("#help")) $("keys").showModal();
    for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(event.target)) menu.open = false;
    const disabled = event.target.closest("[aria-disabled='true']");
    if (disabled) { event.preventDefault(); event.stopPropagation(); }
  }, true);
  const box = $("single-keys");
  if (box) {
    box.checked = wanted();
    box.addEventListener("change", () => localStorage.setItem("single keys", box.checked ? "on" : "off"));
  }

  document.addEventListener("htmx:afterOnLoad", (event) => {
    if (studioLine.aside(event.detail.pathInfo.requestPath)) return;
    const found = document.querySelector("title");
    if (found) document.title = found.textContent;
    restore();
    tell();
    const focus = pending && $(pending);
    pending = null;
    studioPlace.restore(focus);
    if (focus) { focus.focus({ preventScroll: true }); focus.scrollIntoView({ block: "nearest" }); }
    const here = document.querySelector(".stage .here");
    if (here) here.scrollIntoView({ block: "center" });
  });
  Object.assign(desk, { tell, keys });
  restore();
  studioPlace.begin();
  tell();
  const here = document.querySelector(".stage .here");
  if (here) here.scrollIntoView({ block: "center" });
})();
