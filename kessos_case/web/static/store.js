// The phone's own store. What is about a person is sealed under a key of its user, which no script can take out.
"use strict";
self.kessos = self.kessos || {};

kessos.store = (() => {
  let opening = null;

  function open() {
    opening = opening || idb.openDB("kessos", 1, {
      upgrade(database) {
        // user id -> CryptoKey, not extractable
        database.createObjectStore("keys");
        // {id, user, state, written, ..., sealed}: id is the report's client_reference
        database.createObjectStore("reports", {keyPath: "id"});
        // {id, report, user, digest, sealed}
        database.createObjectStore("photos", {keyPath: "id"}).createIndex("report", "report");
        // [user id, name of the form] -> {written, sealed}
        database.createObjectStore("drafts");
        // Nothing personal: who was signed in last (by id alone), the kecamatan to choose from.
        database.createObjectStore("facts");
      },
      blocking(_now, _next, event) { event.target.close(); opening = null; },
      terminated() { opening = null; },
    }).catch((error) => { opening = null; throw error; });
    return opening;
  }

  async function keyOf(user) {
    const database = await open();
    const known = await database.get("keys", user);
    if (known) return known;
    const made = await crypto.subtle.generateKey({name: "AES-GCM", length: 256}, false, ["encrypt", "decrypt"]);
    // Two tabs may get here together: the first one's key stands.
    const work = database.transaction("keys", "readwrite");
    const first = await work.store.get(user);
    if (!first) await work.store.put(made, user);
    await work.done;
    return first || made;
  }

  function how(iv, place) {
    return {name: "AES-GCM", iv, additionalData: new TextEncoder().encode(place)};
  }

  // Bytes as they lie in the store; they open only for this user and at this place.
  async function sealBytes(user, place, bytes) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return {iv, data: await crypto.subtle.encrypt(how(iv, place), await keyOf(user), bytes)};
  }

  async function openBytes(user, place, sealed) {
    return crypto.subtle.decrypt(how(sealed.iv, place), await keyOf(user), sealed.data);
  }

  async function seal(user, place, value) {
    return sealBytes(user, place, new TextEncoder().encode(JSON.stringify(value)));
  }

  async function unseal(user, place, sealed) {
    return JSON.parse(new TextDecoder().decode(await openBytes(user, place, sealed)));
  }

  async function fact(name) {
    return (await open()).get("facts", name);
  }

  async function setFact(name, value) {
    return (await open()).put("facts", value, name);
  }

  // Private windows and plain HTTP have no store or no keys.
  function isThere() {
    return Boolean(self.indexedDB && self.crypto && crypto.subtle && self.idb);
  }

  // 16 random bytes as the server's own forms name a report.
  function newReference() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  return {open, sealBytes, openBytes, seal, unseal, fact, setFact, isThere, newReference};
})();
