"use strict";
// The page that shows a graph step by step. What is shown is in the page already; this only chooses.
(function () {
  const page = document.documentElement;
  const data = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const sections = [...document.querySelectorAll(".step")];
  const count = data.count;
  const stage = $("stage");
  const pictures = [...document.querySelectorAll("svg.graph")];
  const layouts = data.layouts.map((layout, k) => {
    const parts = new Map();
    for (const group of pictures[k].querySelectorAll("g[data-part]")) {
      const name = group.dataset.part;
      parts.set(name, [...(parts.get(name) || []), group]);
    }
    return { ...layout, graph: pictures[k], parts };
  });
  let layout = layouts[0];
  page.classList.add("live");

  // Steps ----------------------------------------------------------------------------------

  let now = 0; // 0 is the whole picture
  let wanted = 0; // the step that was asked for, which a layout may not have

  // The step of a layout that is the nearest one before a number, or, going on, behind it.
  function nearest(number, forward) {
    const numbers = [0, ...layout.steps.map((step) => step.n)];
    const before = numbers.filter((n) => n <= number).pop();
    return forward ? numbers.find((n) => n >= number) ?? before : before;
  }

  function show(number, quietly) {
    const goal = Math.max(0, Math.min(count, number));
    now = nearest(goal, goal > now);
    wanted = now;
    draw_step(quietly);
  }

  function draw_step(quietly) {
    const place_ = layout.steps.findIndex((step) => step.n === now);
    const step = layout.steps[place_];
    layout.graph.classList.toggle("forward", Boolean(step) && step.forward);
    const filled = new Set(step ? step.filled : []), lined = new Set(step ? step.lined : []);
    const waits = (name) => Boolean(step) && layout.since[name] !== undefined && (layout.since[name] === 0 || now < layout.since[name]);
    for (const [name, groups] of layout.parts) {
      for (const group of groups) {
        group.classList.toggle("filled", filled.has(name));
        group.classList.toggle("lined", filled.has(name) || lined.has(name));
        group.classList.toggle("off", name.startsWith("name-") ? !waits("value-" + name.slice(5)) : waits(name));
      }
    }
    if (step) follow([...filled]);
    sections.forEach((section, n) => section.classList.toggle("now", Boolean(step) && n === step.told));
    $("whole").classList.toggle("now", now === 0);
    $("scrub").value = String(now);
    const place = now ? data.words.at.replace("{number}", now).replace("{count}", count) : data.words.whole;
    $("place").textContent = place;
    $("scrub").setAttribute("aria-valuetext", place);
    $("first").disabled = $("back").disabled = now === 0;
    $("next").disabled = place_ === layout.steps.length - 1;
    if (!quietly) $("said").textContent = step ? place + ". " + step.said : place;
    const hash = now ? "#step-" + now : "";
    if (location.hash !== hash && (hash || location.hash)) {
      try { history.replaceState(null, "", hash || location.pathname + location.search); } catch (_) { /* a page without an address */ }
    }
  }

  // Where the picture is wider than the screen, what a step speaks of comes into view.
  function follow(names) {
    if (stage.scrollWidth <= stage.clientWidth) return;
    const boxes = names.flatMap((name) => layout.parts.get(name) || []).map((group) => group.getBoundingClientRect());
    if (!boxes.length) return;
    const middle = (Math.min(...boxes.map((box) => box.left)) + Math.max(...boxes.map((box) => box.right))) / 2;
    stage.scrollLeft += middle - stage.getBoundingClientRect().left - stage.clientWidth / 2;
  }

  // The picture is as high as the tallest step leaves room for.
  function fit() {
    const top = stage.getBoundingClientRect().top + window.scrollY;
    const below = $("steps").getBoundingClientRect().bottom - stage.getBoundingClientRect().bottom;
    page.style.setProperty("--room", Math.min(window.innerHeight - top - below - 12, 0.72 * window.innerHeight) + "px");
  }

  const at_end = () => $("next").disabled;
  let timer = 0;
  function play(on) {
    clearInterval(timer);
    timer = on ? setInterval(() => (at_end() ? play(false) : show(now + 1)), 3500) : 0;
    $("play").textContent = on ? data.words.pause : data.words.play;
    $("play").setAttribute("aria-pressed", String(Boolean(on)));
  }

  function turn(by) { play(false); show(now + by); }
  $("first").addEventListener("click", () => turn(-count));
  $("back").addEventListener("click", () => turn(-1));
  $("next").addEventListener("click", () => turn(1));
  $("play").addEventListener("click", () => {
    const on = !timer;
    if (on) { if (at_end()) show(0); show(now + 1); }
    play(on);
  });
  $("scrub").addEventListener("input", (event) => { play(false); show(Number(event.target.value)); });
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    const by = { ArrowRight: 1, ArrowLeft: -1, PageDown: 1, PageUp: -1, Home: -count, End: count }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    turn(by);
  });
  let from = null;
  stage.addEventListener("touchstart", (event) => {
    from = event.touches.length === 1 ? event.touches[0] : null;
  }, { passive: true });
  stage.addEventListener("touchend", (event) => {
    if (!from) return;
    const dx = event.changedTouches[0].clientX - from.clientX, dy = event.changedTouches[0].clientY - from.clientY;
    if (Math.abs(dx) > 45 && Math.abs(dx) > 2 * Math.abs(dy)) turn(dx < 0 ? 1 : -1);
    from = null;
  }, { passive: true });

  // About a node ---------------------------------------------------------------------------

  let pinned = "";
  function about(box) {
    document.querySelectorAll(".about").forEach((section) => section.classList.toggle("now", section.dataset.box === box));
    for (const [name, groups] of layout.parts) groups.forEach((group) => group.classList.toggle("asked", name === "box-" + box));
  }
  for (const group of document.querySelectorAll("g[data-box]")) {
    const box = group.dataset.box;
    group.addEventListener("mouseenter", () => about(box));
    group.addEventListener("mouseleave", () => about(pinned));
    group.addEventListener("focus", () => { pinned = box; about(box); });
    group.addEventListener("click", () => { pinned = box; about(box); });
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { pinned = ""; about(""); }
  });
  for (const button of document.querySelectorAll("button[data-step]")) {
    button.addEventListener("click", () => { play(false); show(Number(button.dataset.step)); });
  }

  // Blocks ---------------------------------------------------------------------------------

  function unfold(number) {
    if (layout === layouts[number]) return;
    layout.graph.setAttribute("hidden", "");
    layout = layouts[number];
    layout.graph.removeAttribute("hidden");
    const told = new Set(layout.steps.map((step) => step.told));
    sections.forEach((section, n) => section.classList.toggle("other", !told.has(n)));
    for (const button of document.querySelectorAll("#folding button")) {
      const { layout: own, call } = button.dataset;
      if (own !== undefined) button.setAttribute("aria-pressed", String(Number(own) === number));
      else button.setAttribute("aria-expanded", String(layout.open.includes(call)));
    }
    now = nearest(wanted, false);
    fit();
    draw_step(false);
    about(pinned);
  }
  function fold(element) {
    const call = element.dataset.call;
    const within = layout.graph.contains(element);
    unfold(layout.moves[call]);
    if (!within) return;
    // The block is another element now: who came to it by keyboard stays there.
    const there = [...layout.graph.querySelectorAll("[tabindex][data-call]")].find((group) => group.dataset.call === call);
    if (there) there.focus({ preventScroll: true });
  }
  for (const element of document.querySelectorAll("[data-call]")) {
    element.addEventListener("click", () => fold(element));
    if (element.tagName !== "BUTTON") element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      fold(element);
    });
  }
  for (const button of document.querySelectorAll("button[data-layout]")) {
    button.addEventListener("click", () => unfold(Number(button.dataset.layout)));
  }

  // Values ---------------------------------------------------------------------------------

  if (data.code) {
    const fields = [...document.querySelectorAll("#values input")];
    const given = fields.map((field) => field.value);
    const again = () => {
      const inputs = fields.map((field) => (field.value.trim() === "" ? NaN : Number(field.value)));
      fields.forEach((field, n) => field.setAttribute("aria-invalid", String(Number.isNaN(inputs[n]))));
      const changed = fields.some((field, n) => field.value !== given[n]);
      page.classList.toggle("changed", changed);
      const found = changed ? compute(data.code, inputs) : null;
      for (const element of document.querySelectorAll("[data-number]")) {
        const text = found ? written(found[Number(element.dataset.number)]) : element.dataset.text;
        if (element.dataset.text === undefined) element.dataset.text = element.textContent;
        if (element instanceof SVGElement) draw(element, found ? text : null);
        else element.textContent = found ? text : element.dataset.text;
      }
    };
    fields.forEach((field) => field.addEventListener("input", again));
    $("reset").addEventListener("click", () => { fields.forEach((field, n) => { field.value = given[n]; }); again(); });
  }

  function draw(group, text) {
    if (group.kept === undefined) group.kept = group.innerHTML;
    if (text === null) { group.innerHTML = group.kept; return; }
    const scale = Number(group.dataset.scale || 1);
    let x = Number(group.dataset.x), width = 0;
    const y = Number(group.dataset.y);
    for (const character of text) width += (data.glyphs[character] || data.glyphs["0"])[0] * scale;
    if (group.dataset.middle) x -= width / 2;
    const shapes = [];
    for (const character of text) {
      const [advance, left, top, outline] = data.glyphs[character] || data.glyphs["0"];
      shapes.push('<path transform="translate(' + x.toFixed(2) + " " + y.toFixed(2) + ") scale(" + scale + ')" d="M' + left + " " + top + outline + '"/>');
      x += advance * scale;
    }
    group.innerHTML = shapes.join("");
    const picture = group.closest("svg.formula");
    if (picture) {
      picture.setAttribute("aria-label", text);
      const box = picture.getAttribute("viewBox").split(" ");
      box[2] = String(Math.max(1, x)); picture.setAttribute("viewBox", box.join(" ")); picture.setAttribute("width", box[2]);
    }
  }

  // As everywhere in gradviz: whole numbers in full, else four significant digits.
  function written(value) {
    if (Number.isNaN(value)) return "NaN";
    if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
    let text;
    if (Number.isInteger(value) && Math.abs(value) < 1e9) text = String(value);
    else {
      const power = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(data.digits)))));
      if (power < -4 || power >= data.digits) {
        const [mantissa, exponent] = value.toExponential(data.digits - 1).split("e");
        const sign = exponent[0], digits = exponent.slice(1).padStart(2, "0");
        text = String(Number(mantissa)) + "e" + sign + digits;
      } else text = String(Number(value.toPrecision(data.digits)));
    }
    return (text === "-0" ? "0" : text).replaceAll("-", "−");
  }

  function compute(code, inputs) {
    const v = [];
    for (const [op, ...operands] of code) {
      if (op === "number") v.push(operands[0]);
      else if (op === "input") v.push(inputs[operands[0]]);
      else v.push(OPERATIONS[op](...operands.map((n) => v[n])));
    }
    return v;
  }

  const OPERATIONS = operations();
  function operations() {
    const M = Math, sigmoid = (v) => { const t = M.exp(-M.abs(v)); return (v >= 0 ? 1 : t) / (1 + t); };
    const softplus = (v) => M.max(v, 0) + M.log1p(M.exp(-M.abs(v)));
    const elu = (v, a) => (v > 0 ? v : a * M.expm1(v));
    const truth = (c) => (c ? 1 : 0);
    // erfc by a continued fraction where it is small, erf by its series elsewhere.
    const erf = (v) => (M.abs(v) < 2.5 ? series(v) : M.sign(v) * (1 - tail(M.abs(v))));
    const erfc = (v) => (v >= 2.5 ? tail(v) : 1 - erf(v));
    const series = (v) => {
      let term = v, sum = v;
      for (let n = 1; n < 90; n++) { term *= (-v * v) / n; sum += term / (2 * n + 1); }
      return (2 / M.sqrt(M.PI)) * sum;
    };
    const tail = (v) => {
      let below = 0;
      for (let n = 120; n > 0; n--) below = n / 2 / (v + below);
      return M.exp(-v * v) / M.sqrt(M.PI) / (v + below);
    };
    return {
      add: (...x) => x.reduce((a, b) => a + b), sub: (a, b) => a - b, neg: (v) => -v, mul: (a, b) => a * b, div: (a, b) => a / b,
      power: (a, b) => M.pow(a, b), sqrt: M.sqrt, identity: (v) => v, exp: M.exp, ln: M.log, log2: M.log2, log10: M.log10,
      log1p: M.log1p, expm1: M.expm1, logaddexp: (a, b) => M.max(a, b) + M.log1p(M.exp(-M.abs(a - b))),
      sin: M.sin, cos: M.cos, tan: M.tan, arcsin: M.asin, arccos: M.acos, arctan: M.atan, sinh: M.sinh, cosh: M.cosh,
      arcsinh: M.asinh, arctanh: M.atanh, arccosh: M.acosh, arctan2: M.atan2, hypot: M.hypot, cbrt: M.cbrt,
      sigmoid, tanh: M.tanh, relu: (v) => (v > 0 ? v : 0), leaky_relu: (v, a) => (v > 0 ? v : a * v), elu: (v) => elu(v, 1),
      elu_alpha: elu, selu: (v) => (v > 0 ? 1.0507009873554805 * v : 1.7580993408473766 * M.expm1(v)), softplus,
      softsign: (v) => v / (1 + M.abs(v)), silu: (v) => v * sigmoid(v), mish: (v) => v * M.tanh(softplus(v)),
      log_sigmoid: (v) => -softplus(-v), hard_sigmoid: (v) => (v >= 3 ? 1 : v <= -3 ? 0 : v / 6 + 0.5),
      hard_tanh: (v) => (v >= 1 ? 1 : v <= -1 ? -1 : v), relu6: (v) => (v >= 6 ? 6 : v <= 0 ? 0 : v), erf, erfc,
      gelu: (v) => (v * erfc(-v / M.SQRT2)) / 2,
      gelu_tanh: (v) => (v * (1 + M.tanh(M.sqrt(2 / M.PI) * (v + 0.044715 * v ** 3)))) / 2,
      clip: (v, a, b) => (v >= b || a >= b ? b : v <= a ? a : v), abs: M.abs, sign: M.sign, step: (v) => truth(v >= 0),
      maximum: (a, b) => (a >= b ? a : b), minimum: (a, b) => (a <= b ? a : b), greater: (a, b) => truth(a > b),
      less: (a, b) => truth(a < b), greater_equal: (a, b) => truth(a >= b), less_equal: (a, b) => truth(a <= b),
      equal: (a, b) => truth(a === b), unequal: (a, b) => truth(a !== b),
    };
  }
  page.gradviz = { compute, written, show, operations: OPERATIONS }; // for tests

  fit();
  window.addEventListener("resize", fit);
  const asked = /^#step-(\d+)$/.exec(location.hash);
  show(asked ? Number(asked[1]) : 0, true);
})();
