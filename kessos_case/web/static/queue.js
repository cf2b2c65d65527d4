// Reports on their way from this phone to the server. Used by the page and by the service worker; knows no page.
//
// A report is `waiting`, `sending`, `sent` (it went out and no answer was heard), `received`, or `answer` (the server refused
// it and says why). Its client_reference makes every re-send harmless, so whatever is not known to have arrived is sent again.
"use strict";

kessos.queue = (() => {
  const store = kessos.store;
  const AT_ONCE = 20;
  // One by one after a failure, those that failed last: a report that the server cannot bear must not hold up the others.
  let atOnce = AT_ONCE;
  const PART = 64 * 1024;
  const KEEP_RECEIVED = 3 * 24 * 3600 * 1000;
  const UNSENT = ["waiting", "sending", "sent"];
  const channel = self.BroadcastChannel ? new BroadcastChannel("kessos-queue") : null;
  const listeners = [];
  // Told who is signed in as soon as the server has said so, before anything is sent.
  let greet = () => null;
  let running = null;

  function changed() {
    listeners.forEach((listener) => listener());
    if (channel) channel.postMessage("changed");
  }

  function onChange(listener) {
    listeners.push(listener);
    if (channel) channel.onmessage = () => listeners.forEach((one) => one());
  }

  const placeOf = (id) => `reports:${id}`;
  // What was kept, by its digest alone: known also after the words were wiped.
  const markPlace = (id) => `reports:${id}:mark`;
  const digestOf = (body) => hexDigest(new TextEncoder().encode(JSON.stringify(body)));
  const photoPlace = (id) => `photos:${id}`;

  // Keep a report. The same one twice, as by a double tap, is one; one that was refused is replaced by what was put right.
  // `aside` keeps one that is not finished, until its writer takes it up again.
  async function keep(user, content, {aside = false} = {}) {
    const id = content.body.client_reference;
    const sealed = await store.seal(user, placeOf(id), {...content, errors: []});
    const mark = await store.seal(user, markPlace(id), await digestOf(content.body));
    // Strict: on the disk before the page says that it is kept.
    const work = (await store.open()).transaction("reports", "readwrite", {durability: "strict"});
    const before = await work.store.get(id);
    if (!before || before.state === "answer") {
      const written = before ? before.written : Date.now();
      await work.store.put({id, user, written, sealed, mark, ...(aside ? {state: "answer", code: "unfinished"} : {state: "waiting"})});
    }
    await work.done;
    changed();
  }

  // How what is about to be kept stands to what has gone out under its reference: `new`, the `same` (a second tap, a draft
  // that outlived its sending), or `another`, written over it in a second tab after the first had sent it.
  async function standing(body) {
    const before = await (await store.open()).get("reports", body.client_reference);
    if (!before || before.state === "answer") return "new";
    const mark = before.mark && await store.unseal(before.user, markPlace(before.id), before.mark).catch(() => null);
    return mark === await digestOf(body) ? "same" : "another";
  }

  // The reports of this user with what they say, newest first; of others only how many have not been sent.
  async function listed(user) {
    const all = await (await store.open()).getAll("reports");
    const mine = all.filter((one) => one.user === user);
    const shown = await Promise.all(mine.map(async (one) => ({...one, content: await contentOf(one)})));
    const others = all.filter((one) => one.user !== user && one.state !== "received").length;
    return {mine: shown.sort((a, b) => b.written - a.written), others};
  }

  async function contentOf(report) {
    if (!report.sealed) return null;
    return store.unseal(report.user, placeOf(report.id), report.sealed).catch(() => null);
  }

  async function remove(id) {
    const database = await store.open();
    await database.delete("reports", id);
    for (const key of await database.getAllKeysFromIndex("photos", "report", id)) await database.delete("photos", key);
    changed();
  }

  // Another reference for a report whose first one stands for something else: from now on it is another report.
  async function anew(id) {
    const database = await store.open();
    const report = await database.get("reports", id);
    const content = report && await contentOf(report);
    if (!content) return;
    const fresh = store.newReference();
    content.body.client_reference = fresh;
    await movePhotos(id, fresh);
    await keep(report.user, content);
    await remove(id);
  }

  async function movePhotos(from, to) {
    for (const photo of await photosOf(from)) {
      await keepPhoto(photo.user, to, await openPhoto(photo));
    }
  }

  // Photos, sealed apart from their report: they go after it, piece by piece.

  async function keepPhoto(user, report, bytes) {
    const digest = await hexDigest(bytes);
    const id = `${report}:${digest}`;
    const sealed = await store.sealBytes(user, photoPlace(id), bytes);
    await (await store.open()).put("photos", {id, report, user, digest, sealed});
    return id;
  }

  async function photosOf(report) {
    return (await store.open()).getAllFromIndex("photos", "report", report);
  }

  async function openPhoto(photo) {
    return store.openBytes(photo.user, photoPlace(photo.id), photo.sealed);
  }

  async function removePhoto(id) {
    return (await store.open()).delete("photos", id);
  }

  async function hexDigest(bytes) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // Sending: one tab at a time, and whoever waits finds what the one before it left.

  class Stop extends Error {
    constructor(result, after) {
      super(result);
      this.result = result;
      this.after = after;
    }
  }

  // Send what waits. Answers {result, after, session}: `done`; `offline`, `later` (again after so many seconds), `sign_in`,
  // `refused` (this account may not report).
  function flush() {
    running = running || locked(sendAll).finally(() => { running = null; changed(); });
    return running;
  }

  function locked(work) {
    return navigator.locks ? navigator.locks.request("kessos-queue", work) : work();
  }

  async function sendAll() {
    let session = null;
    try {
      session = await askSession();
      await greet(session);
      await settleUnheard();
      await sendReports(session);
      await sendPhotos(session);
      await forget();
      return {result: "done", session};
    } catch (error) {
      if (error instanceof Stop) return {result: error.result, after: error.after, session};
      if (isNetwork(error)) return {result: "offline", session};
      throw error;
    }
  }

  const isNetwork = (error) => error instanceof TypeError || ["AbortError", "TimeoutError"].includes(error.name);

  async function ask(address, options = {}, seconds = 60) {
    const ending = new AbortController();
    const timer = setTimeout(() => ending.abort(), seconds * 1000);
    try {
      const answer = await fetch(address, {
        credentials: "same-origin", cache: "no-store", redirect: "manual", signal: ending.signal, ...options,
      });
      const is = answer.headers.get("Content-Type") || "";
      // The body is read under the same time limit: a cut in its middle is an answer that was not heard.
      return {status: answer.status, type: answer.type, headers: answer.headers, body: is.includes("json") ? await answer.json() : null};
    } finally {
      clearTimeout(timer);
    }
  }

  // What every answer may say before anything of it counts.
  function check(answer) {
    if (answer.type === "opaqueredirect" || answer.status === 401) throw new Stop("sign_in");
    if (answer.status === 403 && answer.body && answer.body.code === "csrf") throw new Stop("later", 2);
    if (answer.status === 429 || answer.status >= 500) throw new Stop("later", Number(answer.headers.get("Retry-After")) || 0);
    return answer;
  }

  // A refusal of our own says its code. What somebody between us and the phone says must not cost a photo.
  function ours(answer) {
    if (answer.status !== 200 && !(answer.body && answer.body.code)) throw new Stop("later", 0);
    return answer;
  }

  async function askSession() {
    const answer = await ask("/report/session", {}, 20);
    if (answer.status === 403) throw new Stop("refused");
    check(answer);
    if (answer.status !== 200 || !answer.body) throw new Stop("later", 0);
    const said = Date.parse(answer.headers.get("Date"));
    await store.setFact("user", answer.body.user_id);
    await store.setFact("places", {user: answer.body.user_id, places: answer.body.places});
    // Phones are set wrong: times are told by the server's clock.
    return {...answer.body, ahead: Number.isNaN(said) ? 0 : Date.now() - said};
  }

  // Whatever was being sent when the browser died may have arrived.
  async function settleUnheard() {
    const database = await store.open();
    for (const report of await database.getAll("reports")) {
      if (report.state === "sending") await database.put("reports", {...report, state: "sent"});
    }
  }

  async function sendReports(session) {
    const database = await store.open();
    for (;;) {
      const all = await database.getAll("reports");
      const due = all.filter((one) => one.user === session.user_id && UNSENT.includes(one.state));
      if (!due.length) return;
      due.sort((a, b) => (a.failed || 0) - (b.failed || 0) || a.written - b.written);
      await sendBatch(session, due.slice(0, atOnce));
    }
  }

  async function sendBatch(session, due) {
    const ready = [];
    for (const report of due) {
      const content = await contentOf(report);
      if (!content) { await settle(report, null, {state: "answer", code: "unreadable"}); continue; }
      await stampFound(report, content, session);
      ready.push({report: await settle(report, content, {state: "sending"}), content});
    }
    if (!ready.length) return;
    changed();
    const results = await post(session, ready).catch(async (error) => {
      const state = error.notTaken ? "waiting" : "sent";
      for (const {report, content} of ready) await settle(report, content, {state, failed: (report.failed || 0) + 1});
      atOnce = 1;
      throw error;
    });
    atOnce = AT_ONCE;
    for (const [number, result] of results.entries()) await hear(ready[number].report, ready[number].content, result);
    changed();
  }

  // When the person was seen, by the server's clock: said once, because a re-send must say the same.
  async function stampFound(report, content, session) {
    if (content.body.found_at || content.untimed) return;
    const seen = Math.min(report.written, Date.now()) - session.ahead;
    content.body.found_at = new Date(Math.floor(seen / 1000) * 1000 - 1000).toISOString();
  }

  async function settle(report, content, more) {
    const sealed = content && await store.seal(report.user, placeOf(report.id), content);
    const kept = {...report, ...more, sealed: sealed || null};
    await (await store.open()).put("reports", kept);
    return kept;
  }

  async function post(session, ready) {
    const answer = await ask("/api/v1/referrals/batch", {
      method: "POST",
      headers: {"Content-Type": "application/json", "X-CSRF-Token": session.csrf_token},
      body: JSON.stringify({items: ready.map(({content}) => content.body)}),
    });
    const items = answer.status === 200 && answer.body && answer.body.items;
    if (items && items.length === ready.length) return items;
    try {
      check(answer);
      throw answer.status === 403 ? new Stop("refused") : new Stop("later", 0);
    } catch (stop) {
      // Our own 503 has changed nothing; of another 5xx nobody knows.
      stop.notTaken = answer.status < 500 || answer.status === 503;
      throw stop;
    }
  }

  async function hear(report, content, result) {
    if (result.status === "received" || result.status === "known") {
      await settle(report, null, {state: "received", referral: result.id, heard: Date.now()});
    } else if (result.status === "invalid" && isOnlyTime(result.errors)) {
      // The phone's clock is beyond help; the report is not.
      delete content.body.found_at;
      await settle(report, {...content, untimed: true}, {state: "waiting"});
    } else {
      await settle(report, {...content, errors: result.errors}, {state: "answer", code: result.code, referral: result.id});
    }
  }

  const isOnlyTime = (errors) => errors.length > 0 && errors.every((error) => error.field === "found_at");

  async function sendPhotos(session) {
    const database = await store.open();
    for (const report of await database.getAll("reports")) {
      if (report.user !== session.user_id || report.state !== "received") continue;
      const photos = await photosOf(report.id);
      if (photos.length) await sendPhotosOf(session, report, photos);
    }
  }

  async function sendPhotosOf(session, report, photos) {
    const address = `/api/v1/referrals/${report.referral}/photo_parts`;
    const here = ours(check(await ask(address)));
    const known = new Map(here.status === 200 ? here.body.items.map((one) => [one.photo_reference, one]) : []);
    for (const photo of photos) {
      const is = known.get(photo.digest);
      const taken = here.status === 200 && ((is && is.photo) || await sendPhoto(session, address, photo, is ? is.received : []));
      if (!taken) {
        const lost = (await (await store.open()).get("reports", report.id)) || report;
        await (await store.open()).put("reports", {...lost, photosLost: (lost.photosLost || 0) + 1});
      }
      await removePhoto(photo.id);
      changed();
    }
  }

  // True once the photo is whole; false when the server will not have it.
  async function sendPhoto(session, address, photo, received) {
    const bytes = await openPhoto(photo).catch(() => null);
    if (!bytes) return false;
    const parts = Math.ceil(bytes.byteLength / PART);
    for (let part = 0; part < parts; part += 1) {
      if (received.includes(part)) continue;
      const form = new FormData();
      for (const [name, value] of Object.entries({photo_reference: photo.digest, part, parts})) form.append(name, value);
      form.append("content", new Blob([bytes.slice(part * PART, (part + 1) * PART)]), "part");
      const headers = {"X-CSRF-Token": session.csrf_token};
      const answer = ours(check(await ask(address, {method: "POST", headers, body: form})));
      if (answer.status !== 200) return false;
      if (answer.body.photo) return true;
    }
    return false;
  }

  // What has been received is known on the server; here it is soon only clutter.
  async function forget() {
    const database = await store.open();
    for (const report of await database.getAll("reports")) {
      const isOld = report.state === "received" && Date.now() - report.heard > KEEP_RECEIVED;
      if (isOld && !(await photosOf(report.id)).length) await database.delete("reports", report.id);
    }
  }

  async function has(id) {
    return Boolean(await (await store.open()).get("reports", id));
  }

  return {keep, has, standing, listed, remove, anew, keepPhoto, photosOf, openPhoto, removePhoto, flush, onChange, onSession(work) { greet = work; }};
})();
