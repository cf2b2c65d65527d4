// <form data-draft="name">: keeps what is typed in it sealed on this device, per user, until it was sent. Gives it back with a
// note, throws it away on a successful send and on sign-out. Never files, passwords, hidden fields.
"use strict";
self.kessos = self.kessos || {};

kessos.drafts = (() => {
  const SPOKEN = document.currentScript.dataset;
  const OLD = 30 * 24 * 3600 * 1000;
  const PENDING = "kessos-draft-sent";
  const place = (user, name) => `drafts:${user}:${name}`;

  // The pages that need no store do not load it.
  let loading = null;
  function loaded() {
    if (kessos.store) return Promise.resolve();
    loading = loading || ["idb", "store"].reduce((before, name) => before.then(() => load(SPOKEN[name])), Promise.resolve());
    return loading;
  }

  function load(source) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      Object.assign(script, {src: source, onload: resolve, onerror: reject});
      document.head.append(script);
    });
  }

  function fields(form) {
    return [...form.elements].filter((field) => field.name && !["hidden", "password", "file", "submit", "button", "reset"].includes(field.type));
  }

  const isChoice = (field) => field.type === "checkbox" || field.type === "radio";

  // What is typed and chosen now: name -> the values in order.
  function read(form) {
    const values = {};
    for (const field of fields(form)) {
      const list = values[field.name] = values[field.name] || [];
      if (isChoice(field)) { if (field.checked) list.push(field.value); }
      else if (field.multiple) list.push(...[...field.selectedOptions].map((option) => option.value));
      else list.push(field.value);
    }
    // Which version of the thing was in front of the writer: what he typed must not pass for a change of a later one.
    if (form.elements.version) values.version = [form.elements.version.value];
    return values;
  }

  // Is the same typed and chosen, whatever version it was typed on?
  function isSame(one, other) {
    return JSON.stringify({...one, version: null}) === JSON.stringify({...other, version: null});
  }

  function fill(form, values) {
    const left = Object.fromEntries(Object.entries(values).map(([name, list]) => [name, [...list]]));
    for (const field of fields(form)) {
      if (!(field.name in left)) continue;
      if (isChoice(field)) field.checked = left[field.name].includes(field.value);
      else if (field.multiple) for (const option of field.options) option.selected = left[field.name].includes(option.value);
      else field.value = left[field.name].shift() ?? "";
      if (field.checked && field.closest("details")) field.closest("details").open = true;
    }
    if (left.version && form.elements.version) form.elements.version.value = left.version[0];
  }

  async function save(user, name, value) {
    const sealed = await kessos.store.seal(user, place(user, name), value);
    await (await kessos.store.open()).put("drafts", {written: Date.now(), sealed}, [user, name]);
  }

  async function find(user, name) {
    const database = await kessos.store.open();
    const kept = await database.get("drafts", [user, name]);
    if (!kept) return null;
    const value = Date.now() - kept.written < OLD && await kessos.store.unseal(user, place(user, name), kept.sealed).catch(() => null);
    if (!value) { await drop(user, name); return null; }
    return {value, written: kept.written};
  }

  async function drop(user, name) {
    return (await kessos.store.open()).delete("drafts", [user, name]);
  }

  async function dropAll(user) {
    const database = await kessos.store.open();
    for (const key of await database.getAllKeys("drafts")) if (key[0] === user) await database.delete("drafts", key);
  }

  // Calls `work` soon after the last change, and at once when the page is left.
  function whenTyped(form, work) {
    let timer = null;
    const now = () => { if (timer) { clearTimeout(timer); timer = null; work(); } };
    const soon = () => { clearTimeout(timer); timer = setTimeout(now, 300); };
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    document.addEventListener("visibilitychange", () => { if (document.hidden) now(); });
    return {stop() { clearTimeout(timer); timer = null; }};
  }

  function when(moment) {
    return new Date(moment).toLocaleString(document.documentElement.lang, {weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit"});
  }

  function button(text, press, kind) {
    const made = document.createElement("button");
    Object.assign(made, {type: "button", textContent: text, className: kind || "secondary"});
    made.addEventListener("click", press);
    return made;
  }

  function tell(form, written, throwAway) {
    const note = document.createElement("div");
    const said = document.createElement("p");
    note.className = "notice draft";
    said.setAttribute("role", "status");
    note.append(said, button(SPOKEN.discard, () => { note.remove(); throwAway(); }));
    form.before(note);
    // Said only once it stands there: what is there from the start is not read aloud.
    said.textContent = SPOKEN.restored.replace("{when}", when(written));
  }

  // Ordinary pages: forms with data-draft, and the way out.

  async function attend(user, form) {
    const name = form.dataset.draft;
    const before = read(form);
    // The browser's own memory of forms would lie on the disk in plain.
    form.autocomplete = "off";
    await loaded();
    if (!kessos.store.isThere()) return;
    const kept = await find(user, name);
    const isFresh = !document.querySelector(".problem");
    if (kept && isFresh && !isSame(kept.value, before)) {
      fill(form, kept.value);
      tell(form, kept.written, async () => { await drop(user, name); fill(form, before); });
    }
    const typing = whenTyped(form, () => save(user, name, read(form)).catch(() => null));
    form.addEventListener("submit", () => {
      typing.stop();
      // Kept until the answer shows that it was taken.
      save(user, name, read(form)).catch(() => null);
      sessionStorage.setItem(PENDING, JSON.stringify({user, name}));
    });
  }

  // The page after a form: was it taken? A refused one comes back with its mistakes, an ended sign-in leads to the sign-in.
  async function settle() {
    const pending = JSON.parse(sessionStorage.getItem(PENDING) || "null");
    if (!pending) return;
    sessionStorage.removeItem(PENDING);
    if (["/sign-in", "/report"].includes(location.pathname)) return;
    const [visit] = performance.getEntriesByType("navigation");
    // What was taken leads on (303); a page that merely came up again, after a crash or by hand, says nothing.
    const isTaken = visit && visit.redirectCount > 0 && !(visit.responseStatus >= 400);
    const isRefused = Boolean(document.querySelector(".problem"));
    await loaded();
    if (isTaken && !isRefused) await drop(pending.user, pending.name);
    // Told that it had changed, the writer goes on from what stands there now.
    else if (visit && (visit.responseStatus === 409 || (visit.responseStatus === undefined && isRefused))) await goOn(pending);
  }

  async function goOn({user, name}) {
    const kept = await find(user, name);
    if (!kept) return;
    const {version, ...typed} = kept.value;
    await save(user, name, typed);
  }

  async function leave(user, form) {
    await loaded();
    if (kessos.store.isThere()) {
      const reports = await (await kessos.store.open()).getAll("reports");
      const unsent = reports.filter((one) => one.user === user && one.state !== "received").length;
      if (unsent && !(await isSure(unsent))) return;
      await dropAll(user);
      await (await kessos.store.open()).delete("facts", "user");
    }
    form.submit();
  }

  function isSure(unsent) {
    return new Promise((resolve) => {
      const dialog = document.createElement("dialog");
      const box = document.createElement("article");
      const said = document.createElement("p");
      said.textContent = SPOKEN.unsent.replace("{n}", unsent);
      said.id = "unsent-said";
      dialog.setAttribute("aria-labelledby", said.id);
      const end = (answer) => () => { dialog.remove(); resolve(answer); };
      const look = button(SPOKEN.look, () => { end(false)(); location.assign("/report"); }, "primary");
      box.append(said, look, button(SPOKEN.leave, end(true)));
      dialog.append(box);
      dialog.addEventListener("cancel", end(false));
      document.body.append(dialog);
      dialog.showModal();
    });
  }

  function begin(user) {
    const settled = settle().catch(() => null);
    if (!user) return;
    for (const form of document.querySelectorAll("form[data-draft]")) settled.then(() => attend(user, form)).catch(() => null);
    const out = document.querySelector("form[action='/sign-out']");
    if (out) {
      out.addEventListener("submit", (event) => {
        event.preventDefault();
        leave(user, out).catch(() => out.submit());
      });
    }
  }

  begin(SPOKEN.user);
  return {read, fill, save, find, drop, whenTyped, when, button, tell};
})();
