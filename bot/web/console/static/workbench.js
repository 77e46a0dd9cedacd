"use strict";
// The workbench: checks as one types, shows what the entry would yield, saves with a conflict check.
const bench = document.getElementById("bench");
const block = document.getElementById("block");
const save = document.getElementById("save");
const word = document.getElementById("word");
const faults = document.getElementById("faults");
let digest = bench.dataset.digest;
let saved = block.value;
let turn = 0;

async function send(path, fields) {
  const answer = await fetch(bench.dataset.root + path, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded", "X-CSRF": bench.dataset.csrf },
    body: new URLSearchParams(fields),
  });
  if (answer.status === 401 || answer.status === 403) {
    throw new Error("You are not logged in any more: load the page again. Copy your text first.");
  }
  return answer.json();
}

function line(parent, text, kind) {
  const p = document.createElement("p");
  p.textContent = text;
  if (kind) p.className = kind;
  parent.append(p);
}

function showFaults(list) {
  faults.replaceChildren(...list.map((text) => {
    const li = document.createElement("li");
    li.textContent = text;
    return li;
  }));
}

function showTrial(trial) {
  const links = document.getElementById("links");
  const fields = document.getElementById("fields");
  links.replaceChildren();
  fields.replaceChildren();
  if (trial.failure) line(links, trial.failure.kind + ": " + trial.failure.text, "note");
  if (trial.listing) {
    line(links, trial.listing.links.length + " links by " + trial.listing.evidence +
      "; next page: " + (trial.listing.next_url || "none"));
    for (const one of trial.listing.links) line(links, (one.published || "no date").slice(0, 10) + "  " + one.title);
    for (const one of trial.listing.dropped) line(links, one.title + ": " + one.why, "gone");
  }
  for (const one of trial.articles) {
    if (one.failure) line(fields, one.failure.kind + ": " + one.failure.text, "note");
    if (!one.article) continue;
    for (const [name, found] of Object.entries(one.article.rules)) {
      line(fields, name + ": " + (found.value || "-") + "  [" + found.rule + "]");
    }
    line(fields, one.article.blocks.length + " blocks");
    for (const gone of one.article.removed) line(fields, gone.rule + ": " + gone.text, "gone");
  }
  for (const note of trial.warnings) line(fields, note.kind + ": " + note.text, "note");
  document.getElementById("listing-page").srcdoc = trial.marked_listing || "";
  document.getElementById("article-page").srcdoc = trial.marked_article || "";
}

async function look() {
  const mine = ++turn;
  word.textContent = "Reading…";
  try {
    const told = await send("/preview", { block: block.value });
    if (mine !== turn) return;
    showFaults(told.faults);
    save.disabled = told.faults.length > 0 || block.value === saved;
    if (told.trial) showTrial(told.trial);
    word.textContent = told.faults.length ? "Not valid" : block.value === saved ? "As saved" : "Valid, not saved";
  } catch (error) {
    if (mine === turn) word.textContent = error.message;
  }
}

let timer = 0;
block.addEventListener("input", () => {
  save.disabled = true;
  turn++;
  clearTimeout(timer);
  timer = setTimeout(look, 400);
});

save.addEventListener("click", async () => {
  save.disabled = true;
  const text = block.value;
  try {
    const told = await send("/save", { block: text, digest });
    showFaults(told.faults || []);
    if (told.outcome === "saved") {
      digest = told.digest;
      saved = text;
      word.textContent = "Saved; the daemon takes it up";
    } else if (told.outcome === "conflict") {
      word.textContent = "Not saved: somebody changed the file meanwhile";
    } else {
      word.textContent = "Not saved";
    }
  } catch (error) {
    word.textContent = error.message;
    save.disabled = false;
  }
});

function choose(name) {
  for (const other of ["listing", "article"]) {
    document.getElementById(other).hidden = other !== name;
    document.getElementById("tab-" + other).setAttribute("aria-selected", String(other === name));
  }
}
document.getElementById("tab-listing").addEventListener("click", () => choose("listing"));
document.getElementById("tab-article").addEventListener("click", () => choose("article"));
window.addEventListener("beforeunload", (event) => { if (block.value !== saved) event.preventDefault(); });
look();
