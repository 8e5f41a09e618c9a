// The studio keeps its place: the list, the fields that are being filled in, and the email, which shows the review that
// is open in the list and opens the one that is clicked in it.
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const wide = () => matchMedia("(min-width: 1101px)").matches;
  const scroller = () => (wide() ? $("left") : document.scrollingElement);
  let seen = null;
  let aim = "";
  let fromMail = "";
  let told = "";

  const shown = (node) => { const box = node.getBoundingClientRect(); return box.height > 0 && box.bottom > 0 && box.top < innerHeight; };
  function anchor(job) {
    const review = job && ((job.values && job.values.review) || (job.elt && job.elt.closest(".item") && job.elt.closest(".item").dataset.id));
    const left = $("left");
    const active = left.contains(document.activeElement) && document.activeElement.id ? document.activeElement : null;
    const wanted = [review && $(`item-${review}`), active].find((node) => node && shown(node));
    return wanted || [...left.querySelectorAll("[id]")].find(shown);
  }
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (studioLine.aside(event.detail.pathInfo.requestPath) || !$("left")) return;
    const job = studioLine.job();
    const at = anchor(job);
    const active = document.activeElement;
    const opens = job && job.elt && job.elt.matches(".title") && job.elt.getAttribute("aria-expanded") === "false";
    const review = job && ((job.values && job.values.review) || (opens && job.elt.closest(".item").dataset.id));
    if (review && !fromMail) aim = review;
    seen = {
      at: at && at.id, top: at ? at.getBoundingClientRect().top : 0, left: $("left").scrollTop, right: $("right").scrollTop,
      stage: $("stage").scrollTop, view: $("stage").getAttribute("aria-label"), height: $("mail") && $("mail").style.height,
      menus: [...document.querySelectorAll(".menu[open] > summary[id]")].map((node) => node.id),
      typed: [...document.querySelectorAll("input[id]:not(.draft)")].filter((node) => node.value !== node.defaultValue).map((node) => [node.id, node.value]),
      active: active && active.id, caret: active && active.selectionStart !== undefined && active.matches("textarea, input:not([type=checkbox]):not([type=datetime-local])") ? [active.selectionStart, active.selectionEnd] : null,
      own: Boolean(job && job.label),
    };
  });
  function restore(focus) {
    if (!seen) return;
    if (!seen.own) for (const id of seen.menus) if ($(id)) $(id).closest("details").open = true;
    if (!seen.own) for (const [id, value] of seen.typed) if ($(id)) $(id).value = value;
    const active = !focus && seen.active && $(seen.active);
    if (active && document.activeElement !== active) active.focus({ preventScroll: true });
    if (active && seen.caret) active.setSelectionRange(...seen.caret);
    if ($("mail") && seen.height) $("mail").style.height = seen.height;
    if (wide()) { $("left").scrollTop = seen.left; $("right").scrollTop = seen.right; }
    if ($("stage").getAttribute("aria-label") === seen.view) $("stage").scrollTop = seen.stage;
    const at = seen.at && $(seen.at);
    if (at) scroller().scrollTop += at.getBoundingClientRect().top - seen.top;
    const opened = fromMail && $(`item-${fromMail}`);
    fromMail = "";
    if (opened && wide()) opened.scrollIntoView({ block: "nearest" });
    if (told) { studioDesk.tell(told); told = ""; }
    framed();
  }

  function fit() {
    const frame = $("mail");
    if (!frame || !frame.contentDocument || !frame.contentDocument.body) return;
    const page = frame.contentDocument.documentElement;
    const place = $("stage").scrollTop;
    const windowPlace = document.scrollingElement.scrollTop;
    frame.style.height = "0";
    frame.style.height = `${Math.max(page.scrollHeight, 240)}px`;
    $("stage").scrollTop = place;
    document.scrollingElement.scrollTop = windowPlace;
    const size = $("size");
    if (size) size.textContent = `${frame.clientWidth} px`;
  }
  addEventListener("resize", fit);

  // Where each review is in the email: found by its link, its picture or its name, up to what it shares with others.
  function parts(inside) {
    const starts = new Map();
    const nodes = [...inside.querySelectorAll("a[href], img[src]")];
    const heads = [...inside.querySelectorAll("h1, h2, h3, h4")];
    for (const row of document.querySelectorAll("#items > .item")) {
      const { id, url } = row.dataset;
      const name = row.querySelector(".title b").textContent;
      const is = (node) => {
        const to = node.getAttribute("href");
        if (to) return url && (to === url || to.startsWith(`${url}?`) || to.startsWith(`${url}#`));
        return node.getAttribute("src").endsWith(`/picture/${id}`);
      };
      const start = nodes.find(is) || heads.find((node) => node.textContent.includes(name));
      if (start) starts.set(id, start);
    }
    const boxes = new Map();
    for (const [id, start] of starts) {
      const others = [...starts.values()].filter((other) => other !== start);
      let box = start;
      while (box.parentElement && box.parentElement !== inside.body && !others.some((other) => box.parentElement.contains(other))) box = box.parentElement;
      boxes.set(id, box);
    }
    return boxes;
  }
  function show() {
    const frame = $("mail");
    if (!aim || !wide() || !frame || !frame.contentDocument) return;
    const box = parts(frame.contentDocument).get(aim);
    if (!box) return;
    const stage = $("stage");
    const top = frame.getBoundingClientRect().top - stage.getBoundingClientRect().top + box.getBoundingClientRect().top;
    if (top < 0 || top > stage.clientHeight / 2) stage.scrollTop += top - 24;
  }
  function openFrom(target, inside) {
    const found = [...parts(inside)].find(([, box]) => box.contains(target));
    const title = found && $(`item-${found[0]}`);
    if (!title) return;
    if (title.getAttribute("aria-expanded") === "true") { if (wide()) title.scrollIntoView({ block: "nearest" }); return; }
    [aim, fromMail] = ["", found[0]];
    title.click();
  }
  const byHand = () => { aim = ""; };
  function framed() {
    const frame = $("mail");
    if (!frame) return;
    let done = null;
    const ready = () => {
      const inside = frame.contentDocument;
      if (!inside || done === inside) return;
      done = inside;
      const place = $("stage").scrollTop;
      fit();
      $("stage").scrollTop = place;
      show();
      inside.addEventListener("click", (event) => {
        const link = event.target.closest && event.target.closest("a[href]");
        if (link) { event.preventDefault(); told = link.href; studioDesk.tell(told); }
        openFrom(event.target, inside);
        if (!fromMail) told = "";
      });
      inside.addEventListener("keydown", studioDesk.keys);
      inside.addEventListener("wheel", byHand, { passive: true });
      inside.addEventListener("pointerdown", byHand);
      for (const picture of inside.images) picture.addEventListener("load", () => { fit(); show(); });
    };
    frame.addEventListener("load", ready);
    if (frame.contentDocument && frame.contentDocument.readyState === "complete" && frame.contentDocument.body.childElementCount) ready();
  }
  function begin() {
    const open = document.querySelector(".item.open");
    if (open) aim = open.dataset.id;
    if (open && wide()) open.querySelector(".title").scrollIntoView({ block: "nearest" });
    document.addEventListener("wheel", byHand, { passive: true });
    framed();
  }

  window.studioPlace = { restore, begin };
})();
