// One window, one line: requests go out one after the other. What was typed is saved before a button acts, and what is
// refused stays on the page in words until it is answered.
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const line = [];
  let now = null;
  let held = false;
  let passing = false;
  let refusedFor = "";

  const aside = (path) => path.includes("/check/");
  const action = (job) => (/\/do\/([a-z]+)\//.exec(job.path || "") || [])[1] || "";
  const label = (form, submitter) => ((submitter || form.querySelector("button") || form).textContent || "").replace(/\s+/g, " ").trim();

  function add(job) {
    const same = (other) => job.values && other.values && other.path === job.path && JSON.stringify(other.values) === JSON.stringify(job.values);
    if (job.saving && [now, ...line].some((other) => other && same(other))) return;
    line.push(job);
    next();
  }
  function saving(form) {
    const values = Object.fromEntries(new FormData(form));
    if (form.dataset.saves === "post") values.act = "save";
    return { saving: true, path: form.getAttribute("data-hx-post"), values, drafts: studioDesk.drafts(form) };
  }
  // Another quote takes the place of the one that was typed; everything else that was typed is saved first.
  function flush(except, path) {
    for (const form of studioDesk.unsaved()) {
      if (form === except) continue;
      if (form.dataset.saves === "quote" && /\/do\/(un)?quote\//.test(path)) studioDesk.forget(form); else add(saving(form));
    }
  }
  function next() {
    if (now || held || !line.length) return;
    now = line.shift();
    const job = now;
    passing = true;
    try {
      if (job.href) fetchFile(job.href);
      else if (job.values) htmx.ajax("POST", job.path, { source: document.body, values: job.values, swap: "none" }).catch(() => {});
      else look(job);
    } finally { passing = false; }
    if (job.href || job.gone) { now = null; next(); }
  }
  function look(job) {
    if (job.elt.isConnected) { job.issue(true); return; }
    const again = (job.elt.id && $(job.elt.id)) || document.querySelector(`[data-hx-get="${CSS.escape(job.path)}"]`);
    if (!again) { job.gone = true; return; }
    if (again.matches("form")) again.requestSubmit(); else again.click();
  }
  function fetchFile(href) {
    const link = document.createElement("a");
    link.href = href;
    link.download = "";
    document.body.append(link);
    link.click();
    link.remove();
  }

  document.addEventListener("htmx:confirm", (event) => {
    const { elt, verb, path, question, etc, triggeringEvent, issueRequest } = event.detail;
    if (passing || aside(path)) return;
    event.preventDefault();
    const submitter = (triggeringEvent && triggeringEvent.submitter) || null;
    const asks = (submitter && submitter.dataset.hxConfirm) || question;
    if (asks && !confirm(asks)) return;
    if (verb === "get") { add({ elt, path, issue: issueRequest }); return; }
    const form = elt.closest("form");
    if (triggeringEvent && triggeringEvent.type === "save") { add(saving(form)); return; }
    const values = { ...Object.fromEntries(new FormData(form, submitter)), ...etc.values };
    flush(form, path);
    add({ path, values, label: label(form, submitter), drafts: studioDesk.drafts(form) });
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[download]");
    if (!link || passing || !link.closest("#top")) return;
    flush(null, "");
    if (!now && !line.length) return;
    event.preventDefault();
    add({ href: link.href, label: label(link) });
  });

  // Our own changes lead from one mail to the next: who pressed while one was on its way saw what it leads to.
  function led(job, xhr) {
    const [from, to] = [xhr.getResponseHeader("X-From"), xhr.getResponseHeader("X-To")];
    for (const waiting of line) {
      if (!waiting.values) continue;
      if (from && waiting.values.hash === from) waiting.values.hash = to;
      if (action(job) === "words" && action(waiting) === "words" && waiting.values.field === job.values.field) waiting.values.was = job.values.value;
    }
  }
  document.addEventListener("htmx:afterRequest", (event) => {
    const { xhr, pathInfo } = event.detail;
    if (!now || aside(pathInfo.requestPath)) return;
    const job = now;
    now = null;
    if (job.values && xhr.status >= 200 && xhr.status < 400) {
      led(job, xhr);
      studioDesk.drop(job.drafts);
      if (action(job) === refusedFor) understood();
    } else if (job.values || !xhr.status) refuse(job, xhr);
    setTimeout(() => { next(); studioDesk.idle(); }, 0);
  });
  function refuse(job, xhr) {
    const said = document.querySelector("#said.wrong");
    let why = said ? said.textContent : "";
    if (!xhr.status) why = job.label ? `No answer came to “${job.label}”: look whether it is done before you press again.` : "No answer came. What you typed is kept; try again.";
    else if (xhr.status >= 500 || !why) why = `The studio could not do it (${xhr.status}). What you typed is kept.`;
    const left = line.splice(0).filter((waiting) => waiting.label).map((waiting) => ` “${waiting.label}” was not done.`);
    refusedFor = action(job);
    $("refusal").hidden = false;
    $("refusal").firstElementChild.textContent = why + left.join("");
    if (said) said.classList.add("seen");
  }
  function understood() {
    refusedFor = "";
    if ($("refusal")) $("refusal").hidden = true;
  }
  if ($("refusal")) $("refusal").querySelector("button").addEventListener("click", understood);

  // While a button is being pressed nothing may take it away from under the pointer; what took it before is found again.
  let pressed = null;
  const free = () => { held = false; next(); };
  document.addEventListener("pointerdown", (event) => {
    held = true;
    pressed = event.target.closest && event.target.closest("button[id], a[id], summary[id]");
    setTimeout(free, 4000);
  }, true);
  for (const over of ["pointerup", "pointercancel"]) document.addEventListener(over, () => {
    const again = over === "pointerup" && pressed && !pressed.isConnected && $(pressed.id);
    pressed = null;
    setTimeout(() => { if (again) again.click(); free(); }, 20);
  }, true);

  window.studioLine = { aside, busy: () => Boolean(now || line.length), understood, job: () => now };
})();
