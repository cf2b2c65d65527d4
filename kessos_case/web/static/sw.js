// Keeps the page to report a person for when there is no network, and sends what waits where the browser wakes it.
// The server writes in front of this what is kept and in which version. No answer of the API and no other page is ever kept.
"use strict";

importScripts(...SHELL.workerScripts);

const CACHE = `kessos-${SHELL.version}`;
const KEPT = [SHELL.page, ...SHELL.scripts, ...SHELL.files];
const PATIENCE = 4000;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const {request} = event;
  const address = new URL(request.url);
  if (address.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(navigate(request, address));
  else if (request.method === "GET" && KEPT.includes(address.pathname + address.search)) {
    event.respondWith(address.search ? keptFirst(request) : freshFirst(request));
  }
});
self.addEventListener("message", (event) => {
  if (event.data === "refresh") event.waitUntil(refresh().catch(() => null));
});
self.addEventListener("sync", (event) => {
  if (event.tag === "kessos-queue") event.waitUntil(send());
});

// All of it or nothing: a page of one version with the scripts of another would not work.
async function install() {
  const cache = await caches.open(CACHE);
  await cache.addAll(KEPT.map((address) => new Request(address, {cache: "no-cache"})));
  await self.skipWaiting();
}

async function activate() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("kessos-") && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function navigate(request, address) {
  // At once from the phone: in the field this page must not wait for a network that is hardly there.
  if (request.method === "GET" && address.pathname === SHELL.page) return (await kept(SHELL.page)) || fetch(request);
  try {
    const answer = await fetch(request);
    if (address.pathname === "/language") await refresh().catch(() => null);
    return answer;
  } catch (error) {
    if (!(await kept(SHELL.page))) throw error;
    return Response.redirect(`${SHELL.page}?offline=${request.method === "GET" ? "page" : "form"}`, 303);
  }
}

async function kept(address) {
  return (await caches.open(CACHE)).match(address);
}

async function keptFirst(request) {
  return (await (await caches.open(CACHE)).match(request)) || fetch(request);
}

async function freshFirst(request) {
  const fallback = await (await caches.open(CACHE)).match(request);
  if (!fallback) return fetch(request);
  const late = new Promise((resolve) => { setTimeout(() => resolve(fallback), PATIENCE); });
  return Promise.race([fetch(request).catch(() => fallback), late]);
}

// The page again, in the reader's language and with the services of today; only where it belongs to these scripts.
async function refresh() {
  const answer = await fetch(SHELL.page, {cache: "no-cache", credentials: "same-origin"});
  const text = await answer.clone().text();
  if (answer.ok && text.includes(`data-version="${SHELL.version}"`)) {
    await (await caches.open(CACHE)).put(SHELL.page, answer);
  } else await self.registration.update();
}

async function send() {
  const {result} = await kessos.queue.flush();
  // The browser wakes us again for what failed, but not for somebody who must sign in first.
  if (result === "offline" || result === "later") throw new Error(result);
}
