// The page to report a person: the form with its draft, photos and place, and the queue under it. What is sent, and when, is
// the work of queue.js. Every word stands in the page itself.
"use strict";

(() => {
  const {store, queue, drafts} = kessos;
  const find = (id) => document.getElementById(id);
  const page = find("report");
  const form = find("form");
  const DRAFT = "report";
  const LONGEST_SIDE = 1600;
  const MOST_PHOTOS = 6;
  const LONGEST_WAIT = 300;
  const PATIENCE = 3000;

  // Who is signed in, as far as this phone knows; and the report that is being written.
  let user = null;
  let known = null;
  let writing = null;
  let lastKept = null;
  let status = {result: null, session: null};
  let timer = null;
  let failures = 0;
  let typing = null;
  let places = [];
  let metOnce = () => null;

  const say = (name, values = {}) => Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), page.dataset[name]);
  const show = (element, is) => { element.hidden = !is; };

  // What is being written

  function fresh() {
    return {reference: store.newReference(), location: null};
  }

  async function keepDraft() {
    if (!user) return;
    await drafts.save(user, DRAFT, {...writing, values: drafts.read(form)}).catch(() => null);
  }

  async function restoreDraft() {
    const kept = await drafts.find(user, DRAFT);
    if (!kept) return;
    const {values, ...was} = kept.value;
    writing = was;
    drafts.fill(form, values);
    showPlace();
    const how = await queue.standing(body());
    // Sent, and the browser died before its draft was thrown away.
    if (how === "same") { await clear(); await drafts.drop(user, DRAFT).catch(() => null); return; }
    if (how === "another") writing.reference = store.newReference();
    await showPhotos();
    if (isBegun()) drafts.tell(form, kept.written, throwAway);
  }

  async function throwAway() {
    // The photos of a refused report stay with it.
    if (!(await queue.has(writing.reference))) {
      for (const photo of await queue.photosOf(writing.reference)) await queue.removePhoto(photo.id);
    }
    await clear();
    await drafts.drop(user, DRAFT).catch(() => null);
  }

  // Is there more in the form than the kecamatan, which stays from one report to the next?
  function isBegun() {
    const {sex, region_code: region, ...values} = drafts.read(form);
    return Object.values(values).some((list) => list.some((value) => value !== "")) || find("photos").children.length > 0;
  }

  async function clear() {
    for (const note of page.querySelectorAll(".draft")) note.remove();
    typing.stop();
    // The next person is mostly found in the same kecamatan.
    const region = form.elements.region_code.value;
    form.reset();
    form.elements.region_code.value = region;
    for (const part of form.querySelectorAll("details")) part.open = false;
    writing = fresh();
    showMistakes([]);
    showPlace();
    await showPhotos();
  }

  const said = (name) => form.elements[name].value.trim() || null;
  const ticked = (name) => [...form.querySelectorAll(`[name=${name}]:checked`)].map((box) => box.value);

  function body() {
    const age = said("estimated_age");
    return {
      client_reference: writing.reference,
      person: {
        name: said("name"), alias: said("alias"), condition: said("condition"), sex: form.elements.sex.value,
        estimated_age: age === null ? null : Number(age),
      },
      service_types: [...new Set([said("main_need"), ...ticked("more_needs")])].filter(Boolean),
      urgency: form.elements.urgency.value,
      region_code: said("region_code"),
      place: said("place"),
      location: writing.location,
      note: said("note"),
      disclose: ticked("disclose"),
    };
  }

  // The same words in the form again, to be put right.
  function fillFrom(content) {
    const {body: was} = content;
    const [main, ...more] = was.service_types;
    const one = (value) => [value === null || value === undefined ? "" : String(value)];
    drafts.fill(form, {
      name: one(was.person.name), alias: one(was.person.alias), condition: one(was.person.condition), sex: [was.person.sex],
      estimated_age: one(was.person.estimated_age), main_need: one(main), more_needs: more, urgency: [was.urgency],
      region_code: one(was.region_code), place: one(was.place), note: one(was.note), disclose: was.disclose,
    });
    writing = {reference: was.client_reference, location: was.location};
  }

  // Mistakes, each at its field

  const FIELDS = ["person.name", "person.estimated_age", "person.condition", "region_code", "place", "urgency", "service_types", "person.alias", "note"];

  function mistakesOf(report) {
    const age = report.person.estimated_age;
    const wrong = [];
    if (age !== null && !(Number.isInteger(age) && age >= 0 && age <= 130)) wrong.push("person.estimated_age");
    if (!report.region_code) wrong.push("region_code");
    if (!report.urgency) wrong.push("urgency");
    if (!report.service_types.length) wrong.push("service_types");
    return wrong;
  }

  function fieldOf(name) {
    return FIELDS.find((field) => name === field || name.startsWith(`${field}.`));
  }

  function showMistakes(names) {
    const wrong = [...new Set(names)];
    const list = find("mistakes").querySelector("ul");
    list.replaceChildren();
    for (const name of FIELDS) {
      const field = find(name);
      const text = wrong.includes(name) ? field.dataset.wrong || page.dataset.otherMistake : "";
      find(`${name}-error`).textContent = text;
      show(find(`${name}-error`), text);
      if (text) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
      if (!text) continue;
      const link = Object.assign(document.createElement("a"), {href: `#${name}`, textContent: text});
      link.addEventListener("click", (event) => { event.preventDefault(); reach(field); });
      list.append(Object.assign(document.createElement("li"), {}));
      list.lastChild.append(link);
    }
    show(find("mistakes"), list.children.length);
    if (list.children.length) find("mistakes").focus();
  }

  function reach(field) {
    if (field.closest("details")) field.closest("details").open = true;
    field.focus();
    field.scrollIntoView({block: "center"});
  }

  // Photos: drawn anew here, so that nothing that the camera wrote into them leaves the phone

  async function redraw(file) {
    const image = await createImageBitmap(file, {imageOrientation: "from-image"});
    const scale = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.width * scale));
    canvas.height = Math.max(1, Math.round(image.height * scale));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", 0.8); });
    if (!blob) throw new Error("no picture");
    return blob.arrayBuffer();
  }

  async function takePhotos(files) {
    find("photo-error").textContent = "";
    // A photo that comes after its report went out by another tab belongs to the next one.
    if (await queue.standing(body()) !== "new") writing.reference = store.newReference();
    for (const file of files) {
      if ((await queue.photosOf(writing.reference)).length >= MOST_PHOTOS) { find("photo-error").textContent = page.dataset.manyPhotos; break; }
      const bytes = await redraw(file).catch(() => null);
      if (!bytes) { find("photo-error").textContent = page.dataset.badPhoto; continue; }
      try { await queue.keepPhoto(user, writing.reference, bytes); }
      catch (error) { find("photo-error").textContent = isFull(error) ? page.dataset.full : page.dataset.broken; }
    }
    await keepDraft();
    await showPhotos();
  }

  const isFull = (error) => error.name === "QuotaExceededError" || (error.inner && error.inner.name === "QuotaExceededError");

  async function showPhotos() {
    const list = find("photos");
    for (const image of list.querySelectorAll("img")) URL.revokeObjectURL(image.src);
    list.replaceChildren();
    const photos = await queue.photosOf(writing.reference);
    for (const [number, photo] of photos.entries()) {
      const bytes = await queue.openPhoto(photo).catch(() => null);
      if (!bytes) continue;
      const image = document.createElement("img");
      image.src = URL.createObjectURL(new Blob([bytes], {type: "image/jpeg"}));
      image.alt = say("photo", {n: number + 1});
      const line = document.createElement("li");
      const away = async () => { await queue.removePhoto(photo.id); await showPhotos(); find("photo").focus(); };
      line.append(image, drafts.button(say("removePhoto", {n: number + 1}), away, "danger"));
      list.append(line);
    }
  }

  // Place by the phone's own measurement

  function locate() {
    find("located").textContent = page.dataset.locating;
    navigator.geolocation.getCurrentPosition(({coords}) => {
      const round = (value) => Math.round(value * 1e6) / 1e6;
      writing.location = {latitude: round(coords.latitude), longitude: round(coords.longitude), accuracy: Math.min(Math.round(coords.accuracy), 100000)};
      showPlace();
      keepDraft();
    }, (error) => {
      find("located").textContent = error.code === 1 ? page.dataset.denied : page.dataset.noPlace;
    }, {enableHighAccuracy: true, timeout: 20000, maximumAge: 60000});
  }

  function showPlace() {
    find("located").textContent = writing.location ? say("located", {n: writing.location.accuracy}) : "";
    show(find("forget-place"), writing.location);
  }

  function showPlaces() {
    const select = form.elements.region_code;
    const chosen = select.value;
    for (const group of select.querySelectorAll("optgroup")) group.remove();
    for (const {regency, districts} of places) {
      const group = Object.assign(document.createElement("optgroup"), {label: regency});
      group.append(...districts.map(([code, name]) => new Option(name, code)));
      select.append(group);
    }
    const only = places.length === 1 && places[0].districts.length === 1 ? places[0].districts[0][0] : "";
    select.value = chosen || only;
  }

  // Keeping a report

  async function submit(event) {
    event.preventDefault();
    const report = body();
    const wrong = mistakesOf(report);
    showMistakes(wrong);
    if (wrong.length) return;
    find("send").disabled = true;
    try {
      if (await queue.standing(report) === "another") report.client_reference = store.newReference();
      await queue.keep(user, {body: report});
    } catch (error) {
      find("said").replaceChildren(notice(isFull(error) ? page.dataset.full : page.dataset.broken, "problem"));
      return;
    } finally {
      // A second tap of the same finger is not another report.
      setTimeout(() => { find("send").disabled = false; }, 800);
    }
    lastKept = report.client_reference;
    await clear();
    await drafts.drop(user, DRAFT).catch(() => null);
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
    askToBeWoken();
    find("said").replaceChildren(notice(navigator.onLine ? page.dataset.saved : page.dataset.savedOffline, "notice"));
    await render();
    find("queue-title").focus();
    go();
  }

  function notice(text, kind) {
    return Object.assign(document.createElement("p"), {className: kind, textContent: text});
  }

  async function askToBeWoken() {
    if (!("serviceWorker" in navigator)) return;
    const registration = await navigator.serviceWorker.ready;
    if (registration.sync) await registration.sync.register("kessos-queue").catch(() => null);
  }

  // The queue

  async function render() {
    const {mine, others} = await queue.listed(user);
    const todo = mine.filter((report) => report.state === "answer").length;
    show(find("todo"), todo);
    find("todo").firstChild.textContent = say("todo", {n: todo});
    if (mine.some((report) => report.id === lastKept && report.state !== "waiting")) tellLast(mine);
    const lines = [];
    for (const report of mine) lines.push(await drawn(report));
    find("queue").replaceChildren(...lines);
    show(find("nothing"), !mine.length && !others);
    show(find("others"), others);
    find("others").textContent = say("others", {n: others});
  }

  // What was said of the last report when it was kept is over once it has arrived, or was refused.
  function tellLast(mine) {
    const {state} = mine.find((report) => report.id === lastKept);
    if (state === "received") find("said").replaceChildren(notice(page.dataset.arrived, "notice"));
    if (state === "answer") find("said").replaceChildren();
  }

  async function drawn(report) {
    const line = find("item").content.cloneNode(true).firstElementChild;
    const part = (name) => line.querySelector(name);
    const person = report.content && report.content.body.person;
    const isHeld = ["waiting", "sent"].includes(report.state) && status.result === "sign_in";
    part("h3").textContent = person ? person.name || person.alias || page.dataset.nameless : say("written", {when: drafts.when(report.written)});
    part(".badge").textContent = isHeld ? page.dataset.signIn : say(report.state);
    part(".badge").classList.add(report.state === "received" ? "state" : report.state === "answer" ? "late" : "urgent");
    part(".written").textContent = person ? say("written", {when: drafts.when(report.written)}) : "";
    line.dataset.reference = report.id;
    line.dataset.state = isHeld ? "sign_in" : report.state;
    part(".why").append(...await whys(report));
    act(line, report, isHeld);
    return line;
  }

  async function whys(report) {
    const texts = [];
    const photos = report.state === "received" ? (await queue.photosOf(report.id)).length : 0;
    if (photos) texts.push(say("photos", {n: photos}));
    if (report.photosLost) texts.push(say("photosLost", {n: report.photosLost}));
    if (report.state === "answer") texts.push(...refusals(report));
    return texts.map((text) => notice(text, report.state === "answer" ? "mistake" : "hint"));
  }

  function refusals(report) {
    if (report.code === "unreadable" || !report.content) return [page.dataset.unreadable];
    if (report.code === "unfinished") return [page.dataset.unfinished];
    if (report.code === "client_reference_used") return [page.dataset.sentBefore];
    const fields = report.content.errors.map((error) => fieldOf(String(error.field || ""))).filter(Boolean);
    if (!fields.length) return [page.dataset.serverRefused];
    return [...new Set(fields)].map((name) => find(name).dataset.wrong || page.dataset.otherMistake);
  }

  function act(line, report, isHeld) {
    const part = (name) => line.querySelector(name);
    const isUsed = report.code === "client_reference_used";
    const canOpen = report.state === "answer" && report.content;
    const keep = (name, is) => { if (!is) part(name).remove(); };
    if (report.referral) part(".look").href = `/referrals/${report.referral}`;
    part(".correct").addEventListener("click", () => correct(report));
    part(".anew").addEventListener("click", () => queue.anew(report.id).then(go));
    part(".remove").addEventListener("click", () => removeSurely(report));
    keep(".correct", canOpen && !isUsed);
    keep(".anew", canOpen && isUsed);
    keep(".look", report.referral);
    keep(".sign-in", isHeld);
    // What may have arrived cannot be taken back here; it can be withdrawn on its own page.
    keep(".remove", report.state === "waiting" || report.state === "answer");
  }

  async function correct(report) {
    if (isBegun() && writing.reference !== report.id) await queue.keep(user, {body: body()}, {aside: true});
    await clear();
    fillFrom(report.content);
    await keepDraft();
    showPlace();
    await showPhotos();
    const fields = report.content.errors.map((error) => fieldOf(String(error.field || ""))).filter(Boolean);
    showMistakes(fields);
    if (!fields.length) form.elements.region_code.focus();
  }

  function removeSurely(report) {
    const dialog = find("sure");
    find("sure-said").textContent = page.dataset.sure;
    find("sure-no").onclick = () => dialog.close();
    find("sure-yes").onclick = async () => { dialog.close(); await queue.remove(report.id); find("queue-title").focus(); };
    dialog.showModal();
  }

  // Sending, and what is said of it

  async function go() {
    clearTimeout(timer);
    status = await queue.flush().catch(() => ({result: "later", after: 0, session: null}));
    const {result} = status;
    tellStatus();
    await render();
    const isFailed = result === "offline" || result === "later";
    failures = isFailed ? failures + 1 : 0;
    if (isFailed) timer = setTimeout(go, 1000 * Math.max(status.after || 0, pause()));
  }

  // 5, 10, 20 ... seconds, at most five minutes; not all phones of a regency at the same moment.
  function pause() {
    return Math.min(LONGEST_WAIT, 5 * 2 ** (failures - 1)) * (0.75 + Math.random() / 2);
  }

  async function meet(session) {
    places = session.places;
    if (session.user_id !== user) await become(session.user_id);
    showPlaces();
    showAsked(session.asked);
    metOnce();
    if (navigator.serviceWorker && navigator.serviceWorker.controller) navigator.serviceWorker.controller.postMessage("refresh");
  }

  // Another user at this phone: what the one before him wrote goes out of sight.
  async function become(next) {
    if (user) { typing.stop(); form.reset(); }
    user = next;
    writing = fresh();
    show(form, user);
    if (!user) return;
    showPlaces();
    showMistakes([]);
    showPlace();
    await showPhotos();
    await restoreDraft();
    await render();
  }

  function showAsked(asked) {
    const lines = asked.map((one) => {
      const line = find("question").content.cloneNode(true).firstElementChild;
      Object.assign(line.querySelector("a"), {href: `/referrals/${one.id}#resubmit`, textContent: page.dataset.asked});
      line.querySelector("p:last-child").textContent = one.due_at ? say("askedUntil", {when: drafts.when(one.due_at)}) : "";
      return line;
    });
    find("asked").replaceChildren(...lines);
    show(find("asked"), lines.length);
  }

  function tellStatus() {
    const {result, session} = status;
    const texts = {
      done: session && say("online", {name: session.username}),
      offline: user || known ? page.dataset.offline : page.dataset.stranger,
      later: page.dataset.later,
      refused: page.dataset.refused,
      sign_in: user || known ? page.dataset.signedOut : page.dataset.stranger,
    };
    find("connection").textContent = texts[result] || "";
    show(find("sign-in"), result === "sign_in");
  }

  function wordAboutTheWay() {
    const came = new URLSearchParams(location.search).get("offline");
    show(find("came-offline"), came === "page");
    show(find("form-offline"), came === "form");
    if (came) history.replaceState(null, "", "/report");
  }

  function listen() {
    typing = drafts.whenTyped(form, keepDraft);
    form.addEventListener("submit", submit);
    find("photo").addEventListener("change", (event) => {
      const files = [...event.target.files];
      event.target.value = "";
      takePhotos(files);
    });
    find("locate").addEventListener("click", locate);
    find("forget-place").addEventListener("click", () => { writing.location = null; showPlace(); keepDraft(); find("locate").focus(); });
    show(find("locate"), navigator.geolocation);
    queue.onChange(() => render());
    addEventListener("online", go);
    addEventListener("offline", () => { status = {...status, result: "offline"}; tellStatus(); });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) go(); });
  }

  async function begin() {
    wordAboutTheWay();
    // A phone without room says so before anything is typed.
    if (!store.isThere() || !(await store.setFact("opened", Date.now()).catch(() => null))) { show(find("no-store"), true); return; }
    if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => null);
    listen();
    known = await store.fact("user");
    const kept = await store.fact("places");
    if (kept && kept.user === known) places = kept.places;
    queue.onSession(meet);
    // Whoever wrote here last is shown his reports where nobody can say who holds the phone now, and only then.
    const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE); });
    await Promise.race([go(), late, new Promise((resolve) => { metOnce = resolve; })]);
    if (!user && known) await become(known);
    tellStatus();
    await render();
  }

  begin();
})();
