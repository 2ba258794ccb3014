// Opens the pages of a site in a real Chromium and prints what there is to know of each, as one JSON document.
// Usage: node browse.mjs PATH/node_modules PATH/chromium http://127.0.0.1:PORT/ FOLDER < pages.json
// pages.json: ["index.html", …]; FOLDER is the same site on the disk, for opening pages without a server.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, chromium, base, folder] = process.argv.slice(2);
const require = createRequire(join(resolve(modules), "here.js"));
const puppeteer = require("puppeteer-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const names = JSON.parse(readFileSync(0, "utf8"));

const DESK = { width: 1280, height: 900 };
const PHONE = { width: 320, height: 640 };
const ZOOMED = { width: 640, height: 450, deviceScaleFactor: 2 }; // 1280 px at 200 %
const PAPER = { width: 643, height: 950 }; // A4 without its margins of 20 mm, at 96 dpi
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const ALL = { runOnly: TAGS, rules: { "target-size": { enabled: true } } };
// What can change with colours and sizes alone.
const SEEN = { runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"] } };
const TABS = 500;

const launch = (...more) =>
  puppeteer.launch({
    executablePath: chromium,
    headless: true,
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", ...more],
  });

// What runs in the page

const structure = () => {
  const all = [...document.querySelectorAll("*")];
  return {
    lang: document.documentElement.lang,
    title: document.title,
    headings: [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((one) => [Number(one.tagName[1]), one.textContent]),
    scripts: document.scripts.length,
    handlers: all.flatMap((one) => one.getAttributeNames().filter((name) => name.startsWith("on") || name === "style")),
    embedded: document.querySelectorAll("img, iframe, object, embed, video, audio, form, svg, base, style").length,
  };
};

// Text that cannot be read: beside the window, or in a box that hides what it has no room for.
const width = () => {
  const outside = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim() || node.parentElement.closest(".skip")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects())
      if (box.width > 0 && (box.left < -1 || box.right > window.innerWidth + 1)) outside.push(node.data.trim().slice(0, 80));
  }
  const clipped = [...document.querySelectorAll("html, body, body *")]
    .filter((one) => getComputedStyle(one).overflowX !== "visible" || getComputedStyle(one).overflowY !== "visible")
    .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
    .map((one) => one.outerHTML.slice(0, 120));
  return { inner: window.innerWidth, scroll: document.documentElement.scrollWidth, outside: [...new Set(outside)], clipped };
};

const focused = () => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one);
  const boxes = [...one.getClientRects()];
  const outer = one.getBoundingClientRect();
  const [first] = boxes;
  const on = first && document.elementFromPoint(first.left + first.width / 2, first.top + first.height / 2);
  return {
    tag: one.tagName.toLowerCase() + (one.id ? `#${one.id}` : ""),
    text: one.textContent.trim(),
    place: [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")].indexOf(one),
    outline: { style: style.outlineStyle, width: parseFloat(style.outlineWidth), colour: style.outlineColor },
    ground: getComputedStyle(document.body).backgroundColor,
    inside: outer.left >= 0 && outer.right <= window.innerWidth + 1 && outer.bottom > 0 && outer.top < window.innerHeight,
    uncovered: Boolean(on && (one.contains(on) || on.contains(one))),
  };
};

const reachable = () =>
  [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
    .map((one, place) => ({ place, tabbed: one.tabIndex >= 0, shown: one.getClientRects().length > 0 }))
    .filter((one) => one.tabbed && one.shown)
    .map((one) => one.place);

const shown = () =>
  [...document.querySelectorAll("nav, .skip, .button")].filter((one) => one.getClientRects().length > 0).map((one) => one.outerHTML.slice(0, 80));

const size = () => parseFloat(getComputedStyle(document.querySelector("main")).fontSize);

// What is done with a page

const look = async (session, { scheme = "light", forced = "none", media = "" } = {}) =>
  session.send("Emulation.setEmulatedMedia", {
    media,
    features: [
      { name: "prefers-color-scheme", value: scheme },
      { name: "forced-colors", value: forced },
    ],
  });

const violations = async (page, rules) => {
  const found = await page.evaluate((options) => {
    document.activeElement?.blur(); // the skip link lies over what it leads past
    return axe.run(document, { ...options, resultTypes: ["violations", "incomplete"] });
  }, rules);
  const told = (results) => results.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html} ${node.failureSummary ?? ""}`));
  // what axe could not decide is a fault only where there is nothing to be undecided about: contrast on a plain ground
  return [...told(found.violations), ...told(found.incomplete.filter((rule) => rule.id === "color-contrast"))];
};

// Begin at the top, as if the page had just been opened.
const begin = (page) =>
  page.evaluate(() => {
    document.body.tabIndex = -1; // where Tab starts from
    document.body.focus();
    document.body.removeAttribute("tabindex");
    window.scrollTo(0, 0);
  });

const walk = async (page) => {
  await begin(page);
  const steps = [];
  for (let n = 0; n < TABS; n += 1) {
    await page.keyboard.press("Tab");
    const step = await page.evaluate(focused);
    if (!step || (steps.length && step.place === steps[0].place)) return { steps, ended: true };
    steps.push(step);
  }
  return { steps, ended: false };
};

const skip = async (page) => {
  await begin(page);
  await page.keyboard.press("Tab");
  const link = await page.evaluate(focused);
  await page.keyboard.press("Enter");
  const target = await page.evaluate(focused);
  await page.keyboard.press("Tab");
  const next = await page.evaluate(() => Boolean(document.activeElement.closest("main")));
  return { link, target: target?.tag ?? "", next };
};

// A tab, and what it hears of the page that is in it.
const tab = async (browser) => {
  const page = await browser.newPage();
  const session = await page.createCDPSession();
  const heard = {};
  await session.send("Emulation.setFocusEmulationEnabled", { enabled: true });
  page.on("request", (request) => heard.requests.push(request.url()));
  page.on("requestfailed", (request) => heard.refused.push(request.url()));
  page.on("response", (response) => response.status() >= 400 && heard.refused.push(response.url()));
  page.on("console", (message) => heard.console.push(message.text()));
  page.on("pageerror", (error) => heard.console.push(String(error)));
  await page.exposeFunction("heardOfPolicy", (text) => heard.policy.push(text));
  await page.evaluateOnNewDocument(() =>
    document.addEventListener("securitypolicyviolation", (event) => window.heardOfPolicy(`${event.effectiveDirective} ${event.blockedURI}`)),
  );
  const visit = async (url) => {
    Object.assign(heard, { requests: [], refused: [], console: [], policy: [] });
    await look(session);
    await page.setViewport(DESK);
    await page.goto(url, { waitUntil: "load" });
  };
  return { page, session, heard, visit };
};

const examine = async ({ page, session, heard, visit }, name) => {
  await visit(new URL(name, base).href);
  const facts = { ...(await page.evaluate(structure)), size: await page.evaluate(size), reachable: await page.evaluate(reachable) };
  facts.keyboard = { light: await walk(page) };
  facts.width = { desk: await page.evaluate(width) };
  await page.evaluate(axe);
  facts.axe = { light: await violations(page, ALL) };
  await look(session, { scheme: "dark" });
  facts.keyboard.dark = await walk(page);
  facts.axe.dark = await violations(page, SEEN);
  await look(session, { forced: "active" });
  facts.forced = await page.evaluate(() => matchMedia("(forced-colors: active)").matches);
  facts.axe.forced = await violations(page, SEEN);
  await look(session);
  await page.setViewport(ZOOMED);
  facts.width.zoomed = await page.evaluate(width);
  await page.setViewport(PHONE);
  facts.width.phone = await page.evaluate(width);
  facts.keyboard.phone = await walk(page);
  facts.axe.phone = await violations(page, SEEN);
  facts.skip = await skip(page);
  await page.setViewport(PAPER);
  await look(session, { media: "print" });
  facts.width.paper = await page.evaluate(width);
  facts.axe.paper = await violations(page, SEEN);
  facts.shown = await page.evaluate(shown);
  await look(session);
  const paper = Buffer.from(await page.pdf({ format: "a4", preferCSSPageSize: true }));
  facts.sheets = paper.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  return { ...facts, ...heard };
};

// For somebody who has set the text of all pages to twice its size.
const enlarge = async ({ page, visit }, name) => {
  await visit(new URL(name, base).href);
  const facts = { size: await page.evaluate(size), desk: await page.evaluate(width) };
  await page.evaluate(axe);
  facts.axe = await violations(page, SEEN);
  return facts;
};

const open = async ({ page, heard, visit }, name) => {
  await visit(pathToFileURL(join(resolve(folder), name)).href);
  const styled = await page.evaluate(() => getComputedStyle(document.querySelector(".skip")).position === "absolute");
  return { styled, ...heard };
};

const each = async (browser, work) => {
  const found = {};
  const left = [...names];
  const lane = async () => {
    const own = await tab(browser);
    for (let name = left.shift(); name; name = left.shift()) found[name] = await work(own, name);
    await own.page.close();
  };
  await Promise.all([lane(), lane()]);
  return found;
};

const browser = await launch();
const larger = await launch("--blink-settings=defaultFontSize=32,defaultFixedFontSize=26");
try {
  const [pages, large] = await Promise.all([each(browser, examine), each(larger, enlarge)]);
  const files = await each(browser, open);
  console.log(JSON.stringify({ version: await browser.version(), pages, large, files }));
} finally {
  await Promise.all([browser.close(), larger.close()]);
}
