"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const status = $("status"), body = $("detail-body"), head = $("detail-head");
  let data = null, say = {}, readers = null, shown = null, first = null, unsaved = false;
  const trail = [], notes = new Map();

  // --- small things -----------------------------------------------------------------------------------------
  const fill = (text, facts) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in facts ? facts[name] : whole));
  const make = (tag, text, marks) => {
    const found = document.createElement(tag);
    if (text !== undefined && text !== "") found.textContent = text; // never as HTML: names come from files
    Object.entries(marks || {}).forEach(([name, value]) => found.setAttribute(name, value));
    return found;
  };
  const button = (text, act, marks) => {
    const found = make("button", text, { type: "button", ...(marks || {}) });
    found.addEventListener("click", act);
    return found;
  };
  const tell = (text) => { status.textContent = text; };

  // --- nodes ------------------------------------------------------------------------------------------------
  const at = (part, n) => data.texts[data[part][n]];
  const id = (n) => {
    const members = at("members", n), account = at("account", n);
    return (account ? account + "/" : "") + at("kind", n) + ":" + at("name", n) + (members ? "[" + members + "]" : "");
  };
  const facts = (n) => {
    const flat = data.facts[n], found = {};
    for (let place = 0; place < flat.length; place += 2) found[data.facts_named[flat[place]]] = data.texts[flat[place + 1]];
    return found;
  };
  const named = (n) => at("zh", n) + at("where", n);
  const label = (n) => {
    if (at("kind", n) === "source") return say.fact_title + "：" + named(n);
    if (at("kind", n) === "formula") return say.fact_formula + "：" + named(n);
    return at("number", n) === "—" ? named(n) : fill(data.value, { name: at("zh", n), where: at("where", n), number: at("number", n) });
  };
  const members = (n) => Object.fromEntries(at("members", n).split(",").filter(Boolean).map((part) => part.split(/=(.*)/s).slice(0, 2)));
  const plain = (n) => (/^-?[0-9]+(\.[0-9]+)?(?= |$)/.exec(at("number", n)) || [""])[0];

  // Exact decimals: a difference is that of the digits that stand here.
  const scaled = (text, places) => {
    const [whole, part = ""] = text.replace("-", "").split(".");
    const number = BigInt(whole + part.padEnd(places, "0"));
    return text.startsWith("-") ? -number : number;
  };
  const written = (number, places) => {
    const digits = (number < 0n ? -number : number).toString().padStart(places + 1, "0");
    const cut = digits.length - places, part = digits.slice(cut).replace(/0+$/, "");
    return (number < 0n ? "−" : "") + digits.slice(0, cut) + (part ? "." + part : "");
  };
  const minus = (one, other) => {
    const places = Math.max(...[one, other].map((text) => (text.split(".")[1] || "").length));
    return written(scaled(one, places) - scaled(other, places), places);
  };

  const readBy = () => {
    if (readers) return readers;
    readers = data.reads.map(() => []);
    data.reads.forEach((below, n) => below.forEach((other) => readers[other].push(n)));
    return readers;
  };
  const above = (roots) => {
    const found = new Set(roots), left = [...roots];
    while (left.length) readBy()[left.pop()].forEach((n) => { if (!found.has(n)) { found.add(n); left.push(n); } });
    return found;
  };
  const cells = () => [...document.querySelectorAll("#front button[data-node]")];
  const main = () => cells().filter((cell) => !cell.classList.contains("cov"));

  // --- numbers put in ---------------------------------------------------------------------------------------
  const putIn = (n) => {
    const own = facts(n).numbers;
    if (at("kind", n) === "column") return own || "";
    const below = data.reads[n], of = below.find((other) => at("kind", other) === "formula");
    if (of === undefined) return "";
    const numbers = new Map();
    below.filter((other) => other !== of).forEach((other) => {
      const number = plain(other) || at("number", other), shownAs = number.startsWith("-") ? "（" + number + "）" : number;
      numbers.set(at("name", other), [...(numbers.get(at("name", other)) || []), shownAs]);
    });
    const template = facts(of).numbers;
    if (!template) return [...numbers.values()].flat().join(" + ");
    const [opened, closed] = data.brackets;
    return template.split(opened).map((part, place) => {
      if (!place) return part;
      const [name, rest] = part.split(closed);
      return (numbers.get(name) || [name]).join(" + ") + rest;
    }).join("");
  };

  // --- the tree ---------------------------------------------------------------------------------------------
  const about = (n) => {
    const list = make("dl", "", { class: "facts" }), known = facts(n), numbers = putIn(n);
    const of = data.reads[n].find((other) => at("kind", other) === "formula");
    const shownFacts = { ...known, numbers: at("kind", n) === "formula" ? "" : numbers };
    if (of !== undefined) shownFacts.conversions = facts(of).conversions;
    data.facts_named.forEach((name) => {
      const text = shownFacts[name];
      if (!text || (name === "title" && text === at("zh", n))) return;
      list.append(make("dt", say["fact_" + name]));
      const value = make("dd");
      if (name === "address" && /^https?:\/\//.test(text)) value.append(make("a", text, { href: text, target: "_blank", rel: "noopener noreferrer" }));
      else value.textContent = text;
      list.append(value);
    });
    return list;
  };
  const noteOf = (n) => notes.get(id(n)) || { seen: false, open: false, note: "" };
  // A number may stand in several places at once: all of them show the one note.
  const same = () => document.querySelectorAll("[data-of] [data-note]").forEach((field) => {
    const value = noteOf(Number(field.closest("[data-of]").dataset.of))[field.dataset.note];
    if (field.type === "checkbox") field.checked = value; else field.value = value;
  });
  const change = (n, part) => {
    const note = { ...noteOf(n), ...part };
    if (note.seen || note.open || note.note) notes.set(id(n), note); else notes.delete(id(n));
    unsaved = true;
    marked();
    same();
  };
  const actions = (n) => {
    const row = make("div", "", { class: "actions" }), note = noteOf(n);
    row.append(button(say.readers, () => listReaders(n)));
    [["seen", "note_seen"], ["open", "note_open"]].forEach(([name, words]) => {
      const box = make("input", "", { type: "checkbox" }), of = make("label");
      box.checked = note[name];
      box.dataset.note = name;
      box.addEventListener("change", () => change(n, { [name]: box.checked }));
      of.append(box, " " + say[words]);
      row.append(of);
    });
    const text = make("input", "", { type: "text", "aria-label": say.note_text, placeholder: say.note_text });
    text.value = note.note;
    text.dataset.note = "note";
    text.addEventListener("change", () => change(n, { note: text.value }));
    row.dataset.of = n;
    row.append(text);
    return row;
  };
  const item = (n) => {
    const found = make("li", "", { role: "treeitem", tabindex: "-1", "data-n": n, "aria-expanded": "false" });
    const line = make("div", label(n), { class: "node", title: id(n) });
    const rank = data.evidence[n];
    if (rank >= 0) line.append(make("span", "ABCDEF"[rank], { class: "ev ev" + "ABCDEF"[rank], title: at("marks", n) }));
    if (at("marks", n)) found.setAttribute("aria-description", at("marks", n));
    line.addEventListener("click", () => { found.focus(); toggle(found); });
    found.append(line);
    return found;
  };
  const open = (of) => {
    if (of.getAttribute("aria-expanded") === "true") return;
    of.setAttribute("aria-expanded", "true");
    if (of.children.length > 1) { [...of.children].slice(1).forEach((part) => { part.hidden = false; }); return; }
    const n = Number(of.dataset.n);
    of.append(about(n), actions(n));
    if (data.reads[n].length) {
      const group = make("ul", "", { role: "group" });
      data.reads[n].forEach((other) => group.append(item(other)));
      of.append(group);
    }
  };
  const close = (of) => {
    of.setAttribute("aria-expanded", "false");
    [...of.children].slice(1).forEach((part) => { part.hidden = true; });
  };
  const toggle = (of) => (of.getAttribute("aria-expanded") === "true" ? close(of) : open(of));
  const move = (event) => {
    const of = event.target;
    if (!of.matches || !of.matches('li[role="treeitem"]')) return;
    const all = [...of.closest("ul.tree").querySelectorAll('li[role="treeitem"]')].filter((other) => other.offsetParent !== null);
    const place = all.indexOf(of), to = (other) => { if (other) { other.focus(); } event.preventDefault(); };
    const expanded = of.getAttribute("aria-expanded") === "true", key = event.key;
    if (key === "ArrowDown") to(all[place + 1]);
    else if (key === "ArrowUp") to(all[place - 1]);
    else if (key === "Home") to(all[0]);
    else if (key === "End") to(all[all.length - 1]);
    else if (key === "ArrowRight") { if (expanded) to(of.querySelector('li[role="treeitem"]')); else { open(of); event.preventDefault(); } }
    else if (key === "ArrowLeft") { if (expanded) { close(of); event.preventDefault(); } else to(of.parentElement.closest('li[role="treeitem"]')); }
    else if (key === "Enter" || key === " ") { toggle(of); event.preventDefault(); }
  };
  const show = (title, ...parts) => {
    head.textContent = title;
    body.replaceChildren(...parts);
    $("back").disabled = trail.length < 2;
  };
  const documents = (n) => {
    const found = new Set([n]), left = [n];
    while (left.length) data.reads[left.pop()].forEach((other) => { if (!found.has(other)) { found.add(other); left.push(other); } });
    const all = [...found].filter((other) => at("kind", other) === "source"), part = make("details"), rows = make("ul", "", { class: "list" });
    part.append(make("summary", fill(say.documents, { count: all.length })), rows);
    all.forEach((other) => {
      const row = make("li"), of = facts(other);
      row.append(button(of.title || at("name", other), () => go(other)), " " + [of.note, of.checked].filter(Boolean).join("，"));
      rows.append(row);
    });
    part.open = all.length <= 5;
    return part;
  };
  const tree = (n) => {
    const list = make("ul", "", { class: "tree", role: "tree", "aria-label": named(n) }), root = item(n);
    root.setAttribute("tabindex", "0");
    list.append(root);
    list.addEventListener("keydown", move);
    open(root);
    shown = n;
    $("first").disabled = $("second").disabled = false;
    document.querySelectorAll(".current").forEach((cell) => cell.classList.remove("current"));
    main().filter((cell) => Number(cell.dataset.node) === n).forEach((cell) => cell.classList.add("current"));
    show(say.tree_head, documents(n), list);
    return root;
  };
  const go = (n) => { trail.push(n); const root = tree(n); if (innerWidth <= 900) head.scrollIntoView(); return root; };

  // --- lists ------------------------------------------------------------------------------------------------
  const list = (numbers) => {
    const found = make("ul", "", { class: "list" });
    numbers.forEach((n) => {
      const row = make("li");
      row.append(button(label(n), () => go(n), { title: id(n) }));
      found.append(row);
    });
    return found;
  };
  const restingOn = (roots) => {
    const all = above(roots);
    return [...new Set(main().map((cell) => Number(cell.dataset.node)))].filter((n) => all.has(n));
  };
  const movesOf = (row) => {
    const found = data.moves.find((other) => other.row === row);
    if (!found) return null;
    const part = make("div"), lines = make("ul", "", { class: "list" });
    part.append(make("h3", fill(say.moves_head, { row })));
    found.totals.forEach(([account, period, county, amount]) => {
      const where = [data.accounts > 1 ? account : "", data.periods.length > 1 ? period : "", data.names[county] || county].filter(Boolean).join(" ");
      lines.append(make("li", fill(say.moves_total, { where, amount })));
    });
    found.paid.forEach(([code, amount]) => lines.append(make("li", fill(say.moves_paid, { where: data.names[code] || code, amount }))));
    part.append(lines.children.length ? lines : make("p", say.moves_none));
    if (data.paid && lines.children.length && !found.paid.length && !data.refused) part.append(make("p", say.moves_unpaid));
    if (data.refused) part.append(make("p", fill(say.moves_refused, { reason: data.refused })));
    return part;
  };
  const listReaders = (n) => {
    const found = restingOn([n]).filter((other) => other !== n), row = facts(n).row, moves = row ? movesOf(row) : null;
    const parts = [found.length ? list(found) : make("p", say.readers_none), ...(moves ? [moves] : [])];
    show(fill(say.readers_head, { name: named(n), count: found.length }), ...parts);
    $("back").disabled = false;
  };

  // --- lenses -----------------------------------------------------------------------------------------------
  const groups = () => {
    const kind = $("lens").value, found = new Map();
    const add = (key, n) => found.set(key, [...(found.get(key) || []), n]);
    if (kind === "evidence") [...new Set(data.evidence)].filter((rank) => rank >= 0).sort().forEach((rank) => data.evidence.forEach((other, n) => { if (other === rank) add("ABCDEF"[rank], n); }));
    else if (kind === "county") document.querySelectorAll("#front tr[data-county]").forEach((row) => add(row.querySelector("th").textContent, row.dataset.county));
    else if (kind === "row") data.moves.forEach((moved) => found.set(moved.row, [moved.row]));
    else if (kind === "document") data.kind.forEach((_, n) => { if (at("kind", n) === "source") add(at("zh", n), n); });
    else if (kind === "decision") data.kind.forEach((_, n) => { const of = facts(n); if (of.decision) add([of.decision, of.reason].filter(Boolean).join("："), n); });
    return found;
  };
  const clear = () => document.querySelectorAll(".lit, .faint").forEach((cell) => cell.classList.remove("lit", "faint"));
  const choose = () => {
    clear();
    const found = groups(), member = $("member");
    member.replaceChildren(...[...found.keys()].map((name) => make("option", name, { value: name })));
    member.disabled = !found.size;
    if (found.size) look(); else tell($("lens").value === "none" ? "" : say.lens_empty);
  };
  const look = () => {
    clear();
    const kind = $("lens").value, chosen = $("member").value, of = groups().get(chosen) || [];
    const all = ["evidence", "document", "decision"].includes(kind) ? above(of) : null;
    const row = kind === "row" ? above(data.kind.map((_, n) => n).filter((n) => facts(n).row === chosen)) : null;
    const lit = new Set(main().filter((cell) => {
      const n = Number(cell.dataset.node);
      if (kind === "county") return of.includes(cell.closest("tr").dataset.county);
      return (all || row).has(n);
    }));
    main().forEach((cell) => cell.closest("td").classList.add(lit.has(cell) ? "lit" : "faint"));
    tell(fill(say.readers_head, { name: chosen, count: lit.size }));
    if (kind === "row") { show(chosen, movesOf(chosen) || make("p", say.moves_none)); $("back").disabled = !trail.length; }
  };

  // --- search -----------------------------------------------------------------------------------------------
  const MOST = 60;
  const amounts = (text) => {
    const digits = text.replace(/[,，\s]/g, "").replace("−", "-");
    if (!/^[-+]?[0-9]+(\.[0-9]+)?$/.test(digits)) return null;
    const number = Number(digits), half = 0.5 * 10 ** -((digits.split(".")[1] || "").length);
    return (value) => [1, 1e4, 1e8].some((scale) => Math.abs(value / scale - number) <= half * (1 + 1e-9));
  };
  const search = (text) => {
    const wanted = text.trim().toLowerCase(), near = amounts(text), found = [], moves = [];
    if (!wanted) return;
    data.kind.forEach((_, n) => {
      const of = facts(n), words = [named(n), id(n), of.row, of.source, of.title].filter(Boolean).join(" ").toLowerCase();
      const number = plain(n);
      if (words.includes(wanted) || (near && number && near(Number(number)))) found.push(n);
    });
    data.moves.forEach((moved) => [...moved.totals, ...moved.paid].forEach((of) => {
      if (near && near(Number(of[of.length - 1].replace(/[,+]/g, "")))) moves.push(moved.row);
    }));
    const front = new Set(main().map((cell) => Number(cell.dataset.node)));
    found.sort((one, other) => front.has(other) - front.has(one) || one - other);
    const parts = [...new Set(moves)].map(movesOf);
    if (!found.length && !parts.length) { show(fill(say.found_none, { text })); return; }
    const count = found.length + parts.length, more = found.length > MOST ? fill(say.found_more, { shown: MOST }) : "";
    show(fill(say.found_head, { count }) + more, list(found.slice(0, MOST)), ...parts);
    tell(fill(say.found_head, { count }));
    $("back").disabled = !trail.length;
  };

  // --- two numbers ------------------------------------------------------------------------------------------
  const own = ["county", "year", "recipient"]; // what tells two numbers of one kind apart
  const key = (n, whole) => {
    const of = members(n);
    const kept = Object.entries(of).filter(([axis]) => whole || !own.includes(axis));
    return at("kind", n) + ":" + (at("kind", n) === "payment" ? "" : at("name", n)) + kept.map((part) => part.join("=")).join(",");
  };
  const paired = (one, other) => {
    const sides = [one, other].map((n) => (n === null ? [] : data.reads[n]));
    const twice = sides.some((side) => new Set(side.map((n) => key(n, false))).size < side.length);
    const [left, right] = sides.map((side) => new Map(side.map((n) => [key(n, twice), n])));
    return [...new Set([...left.keys(), ...right.keys()])].map((name) => [left.get(name) ?? null, right.get(name) ?? null])
      .filter(([a, b]) => a !== b);
  };
  const bridge = (one, other) => {
    const table = make("table"), scroll = make("div", "", { class: "scroll" }), top = make("thead"), rows = make("tbody"), heads = make("tr");
    ["", "bridge_first", "bridge_second", "bridge_difference"].forEach((name) => heads.append(make("th", name ? say[name] : "", { scope: "col" })));
    top.append(heads);
    const add = (left, right, depth, after) => {
      const row = make("tr"), name = make("th", "　".repeat(depth), { scope: "row" });
      const numbers = [left, right].map((n) => (n === null ? "" : plain(n)));
      const below = paired(left, right);
      const of = Object.entries(members(left ?? right)).filter(([axis]) => left === null || right === null || !own.includes(axis));
      const words = [at("zh", left ?? right), ...of.map(([, member]) => data.names[member] || member)].join(" ");
      if (below.length) {
        const opener = button(words + " ▸", () => {
          opener.disabled = true;
          let last = row;
          below.forEach(([a, b]) => { last = add(a, b, depth + 1, last); });
        });
        name.append(opener);
      } else name.append(words);
      row.append(name, ...[left, right].map((n) => make("td", n === null ? say.bridge_alone : at("number", n), { class: "r" })));
      row.append(make("td", numbers[0] && numbers[1] ? minus(numbers[1], numbers[0]) : "", { class: "r" }));
      if (after) after.after(row); else rows.append(row);
      return row;
    };
    const top1 = add(one, other, 0, null);
    table.append(top, rows);
    scroll.append(table);
    show(say.bridge_head, make("p", say.bridge_first + "：" + label(one)), make("p", say.bridge_second + "：" + label(other)), scroll);
    const opener = top1.querySelector("button");
    if (opener) opener.click();
    $("back").disabled = false;
  };

  // --- the auditor's marks and samples ----------------------------------------------------------------------
  const places = new Map();
  const placeOf = (name) => {
    if (!places.size) data.kind.forEach((_, n) => places.set(id(n), n));
    return places.get(name);
  };
  const marked = () => {
    const all = [...notes.values()], list = $("marked");
    $("marks-told").textContent = fill(say.note_count, { seen: all.filter((note) => note.seen).length, open: all.filter((note) => note.open).length, notes: all.filter((note) => note.note).length });
    list.replaceChildren(...[...notes.entries()].map(([name, note]) => {
      const row = make("li"), n = placeOf(name);
      row.append(button(n === undefined ? name : label(n), () => n !== undefined && go(n)));
      row.append(" " + [note.seen ? say.note_seen : "", note.open ? say.note_open : "", note.note].filter(Boolean).join("；"));
      return row;
    }));
  };
  const save = () => {
    const content = { kind: "qhgep-marks", run_id: data.run_id, marks: Object.fromEntries([...notes.entries()].sort()) };
    const link = make("a", "", { download: "qhgep-marks-" + data.run_id + ".json" });
    link.href = URL.createObjectURL(new Blob([JSON.stringify(content, null, 1) + "\n"], { type: "application/json" }));
    link.click();
    URL.revokeObjectURL(link.href);
    unsaved = false;
  };
  const load = async (file) => {
    let content = null;
    try { content = JSON.parse(await file.text()); } catch { content = null; }
    if (!content || content.kind !== "qhgep-marks" || typeof content.marks !== "object" || content.marks === null) { tell(say.load_none); return; }
    if (content.run_id !== data.run_id) { tell(fill(say.load_other, { found: String(content.run_id), run_id: data.run_id })); return; }
    const known = Object.entries(content.marks).filter(([name, note]) => placeOf(name) !== undefined && note && typeof note === "object");
    known.forEach(([name, note]) => notes.set(name, { seen: note.seen === true, open: note.open === true, note: typeof note.note === "string" ? note.note : "" }));
    marked();
    same();
    tell(fill(say.loaded, { count: known.length }));
  };
  const random = (seed) => () => { // mulberry32: small, the same in every browser
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const population = () => {
    const paid = document.querySelectorAll("table.paid button[data-line]");
    const from = paid.length ? [...paid] : main().filter((cell) => cell.dataset.line);
    return from.map((cell) => Number(cell.dataset.node)).map((n) => [n, Number(plain(n))]).filter(([, size]) => size > 0);
  };
  const draw = () => {
    const all = population(), count = Number($("count").value), seed = Number($("seed").value);
    if (!Number.isInteger(count) || !Number.isInteger(seed) || count < 1 || seed < 1 || count > all.length) {
      $("drawn-told").textContent = fill(say.sample_bad, { population: all.length });
      $("drawn").replaceChildren();
      return;
    }
    const total = all.reduce((sum, [, size]) => sum + size, 0), interval = total / count, start = random(seed)() * interval;
    const drawn = [];
    let reached = 0, next = start;
    all.forEach(([n, size]) => {
      reached += size;
      if (next < reached) drawn.push(n);
      while (next < reached) next += interval;
    });
    const yuan = (number) => number.toLocaleString("en", { maximumFractionDigits: 2 });
    $("drawn-told").textContent = fill(say.sample_told, { population: all.length, total: yuan(total), interval: yuan(interval), start: yuan(start), seed });
    $("drawn").replaceChildren(...drawn.map((n) => {
      const row = make("li", "", { "data-of": n }), of = make("label"), box = make("input", "", { type: "checkbox", "data-note": "seen" });
      box.checked = noteOf(n).seen;
      box.addEventListener("change", () => change(n, { seen: box.checked }));
      of.append(box, " ");
      row.append(of, button(label(n), () => go(n)));
      return row;
    }));
  };

  // --- begin ------------------------------------------------------------------------------------------------
  const read = async () => {
    const packed = Uint8Array.from(atob($("data").textContent.trim()), (letter) => letter.charCodeAt(0));
    const text = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
    return JSON.parse(text);
  };
  const listen = () => {
    $("front").addEventListener("click", (event) => {
      const cell = event.target.closest("button[data-node]");
      if (cell) go(Number(cell.dataset.node)).focus({ preventScroll: true });
    });
    $("back").addEventListener("click", () => {
      if (shown !== null && body.querySelector(".tree")) trail.pop();
      if (trail.length) tree(trail[trail.length - 1]);
    });
    $("find").addEventListener("submit", (event) => { event.preventDefault(); search($("asked").value); });
    $("lens").addEventListener("change", choose);
    $("member").addEventListener("change", look);
    $("print").addEventListener("click", () => print());
    $("first").addEventListener("click", () => { first = shown; tell(say.bridge_first + "：" + label(first)); });
    $("second").addEventListener("click", () => (first === null ? tell(say.bridge_needs) : bridge(first, shown)));
    $("save").addEventListener("click", save);
    $("load").addEventListener("change", (event) => { const [file] = event.target.files; if (file) load(file); event.target.value = ""; });
    $("draw").addEventListener("submit", (event) => { event.preventDefault(); draw(); });
    addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
  };
  const broken = status.dataset.broken;
  read().then((found) => {
    data = found;
    say = found.say;
    listen();
    marked();
    $("count").value = Math.max(1, Math.min(Number($("count").value), population().length));
    tell("");
    document.body.dataset.ready = "1";
  }, () => tell(broken));
})();
