// Shows how far long work has come, and opens the page anew when it is over. Without this file a link on the page asks again.
// All words stand in the page.
const PAUSE = 1500;
const LONGEST_PAUSE = 15_000;
const number = new Intl.NumberFormat(document.documentElement.lang);

function watch(part) {
  const bar = part.querySelector("progress");
  const line = part.querySelector("[data-progress-said]");
  const spoken = part.querySelector("[role=status]");
  let pause = PAUSE;
  let lastQuarter = -1;

  // Aloud only each quarter: every step would drown whatever else is read.
  function tell(text, quarter) {
    line.textContent = text;
    if (quarter === lastQuarter) return;
    lastQuarter = quarter;
    spoken.textContent = text;
  }

  function show(job) {
    if (!job.total) return tell(part.dataset.uncounted, -1);
    bar.max = job.total;
    bar.value = job.done;
    const text = part.dataset.said.replace("{done}", number.format(job.done)).replace("{total}", number.format(job.total));
    tell(text, Math.floor((4 * job.done) / job.total));
  }

  function over() {
    tell(part.dataset.over, "over");
    location.reload();
  }

  async function ask() {
    let answer;
    try {
      answer = await fetch(part.dataset.job, { headers: { Accept: "application/json" } });
    } catch {
      return again(part.dataset.unreachable);
    }
    if (answer.status === 401 || answer.status === 403 || answer.status === 404) return tell(part.dataset.ended, "ended");
    if (!answer.ok) return again(part.dataset.unreachable);
    const job = await answer.json();
    if (job.status !== "queued") return over();
    show(job);
    pause = PAUSE;
    setTimeout(ask, pause);
  }

  function again(text) {
    tell(text, "again");
    pause = Math.min(2 * pause, LONGEST_PAUSE);
    setTimeout(ask, pause);
  }

  setTimeout(ask, pause);
}

document.querySelectorAll("[data-job]").forEach(watch);
