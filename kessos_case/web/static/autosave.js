// Saves a form while somebody fills it in, and hides questions that another answer makes needless.
// Without this file the form works the same by its button; all words stand in the page.
const form = document.querySelector("form[data-autosave]");
const state = form.querySelector("[data-autosave-state]");
const PAUSE = 1500;
const RETRY = 5000;

let timer = 0;
let running = null;
let isDirty = false;
let isOver = false;

const say = (text) => { state.textContent = text; };

const later = (wait) => {
  clearTimeout(timer);
  timer = setTimeout(save, wait);
};

async function send() {
  const body = new FormData(form);
  body.set("do", "autosave");
  return fetch(form.action, { method: "POST", body, redirect: "manual" });
}

async function hear(answer) {
  if (answer.ok) {
    const saved = await answer.json();
    form.elements.version.value = saved.version;
    return say(saved.said);
  }
  isDirty = true;
  if (answer.status === 409) {
    isOver = true;
    return say(form.dataset.changed);
  }
  // A lost sign-in leads elsewhere; 403 is a form whose sign-in has ended.
  if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return say(form.dataset.ended);
  say(form.dataset.failed);
  later(RETRY);
}

async function save() {
  if (running || isOver) return;
  isDirty = false;
  say(form.dataset.saving);
  running = send().then(hear).catch(() => {
    isDirty = true;
    say(form.dataset.failed);
    later(RETRY);
  });
  await running;
  running = null;
  if (isDirty && !isOver && state.textContent !== form.dataset.failed && state.textContent !== form.dataset.ended) later(0);
}

function changed() {
  isDirty = true;
  ask();
  if (!isOver) later(PAUSE);
}

// The version in the form must be the one that the last save answered.
form.addEventListener("submit", async (event) => {
  clearTimeout(timer);
  if (!running) return;
  event.preventDefault();
  await running;
  form.requestSubmit(event.submitter);
});

addEventListener("online", () => { if (isDirty) later(0); });
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden" && isDirty) save(); });

const answerTo = (name) => {
  const field = form.elements[name];
  return field ? field.value : "";
};

function opens(question) {
  const given = answerTo(question.dataset.onlyIf);
  if (!given) return null;
  if (question.dataset.atLeast) return Number(given.replaceAll(".", "")) >= Number(question.dataset.atLeast);
  return question.dataset.values.split(",").includes(given);
}

// Hidden only when the other answer says so: as long as it is not given, both stand there.
function ask() {
  for (const question of form.querySelectorAll("[data-only-if]")) question.hidden = opens(question) === false;
}

form.addEventListener("input", changed);
form.addEventListener("change", changed);
ask();
