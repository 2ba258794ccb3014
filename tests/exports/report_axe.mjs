// Opens a report in a real Chromium at several widths and on paper, and prints what there is to know of it as one JSON document.
// Usage: node report_axe.mjs PATH/node_modules PATH/chromium FILE.html…
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, chromium, ...files] = process.argv.slice(2);
const require = createRequire(join(resolve(modules), "here.js"));
const puppeteer = require("puppeteer-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const WIDTHS = [1280, 360, 320];
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const violations = (page) =>
  page.evaluate(async (runOnly) => {
    const found = await axe.run(document, { runOnly, resultTypes: ["violations", "incomplete"] });
    // What axe could not decide is a fault, but for what it cannot see: what the words of pictures lie on (their colours have a test of
    // their own), and the part of a table that is moved out of its frame (at the first width nothing is).
    const unseen = (node) => node.html.startsWith("<text") || [...document.querySelectorAll(".frame")].some((one) => one.scrollWidth > one.clientWidth && one.contains(document.querySelector(node.target[0])));
    const undecided = found.incomplete.filter((rule) => rule.id === "color-contrast").map((rule) => ({ ...rule, nodes: rule.nodes.filter((node) => !unseen(node)) }));
    return [...found.violations, ...undecided].flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ""}`));
  }, TAGS);

// Words of pictures that lie over each other or beside the picture; and words of the page beside the window, unless they can be moved.
const measured = () => {
  const shown = (one) => one.getClientRects().length > 0;
  const over = [];
  const pictures = [...document.querySelectorAll("svg")].filter(shown);
  for (const picture of pictures) {
    const frame = picture.getBoundingClientRect();
    const words = [...picture.querySelectorAll("text")].filter((one) => !one.getAttribute("transform")?.startsWith("rotate(-45"));
    const boxes = words.map((one) => ({ text: one.textContent, box: one.getBoundingClientRect() }));
    for (const one of picture.querySelectorAll("text")) {
      const box = one.getBoundingClientRect();
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
        over.push(`${picture.id}: ${one.textContent} leaves the picture`);
    }
    // lines of text have room above and below their letters that may be shared
    const inner = ({ box, text }) => ({ text, left: box.left + 1, right: box.right - 1, top: box.top + box.height * 0.2, bottom: box.bottom - box.height * 0.2 });
    const inners = boxes.map(inner);
    for (const line of picture.querySelectorAll(".target")) {
      const mark = line.getBoundingClientRect();
      for (const one of inners)
        if (one.left < mark.right && mark.left < one.right && one.top < mark.bottom && mark.top < one.bottom) over.push(`${picture.id}: ${one.text} / its target`);
    }
    inners.forEach((one, place) => {
      for (const other of inners.slice(place + 1))
        if (one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom) over.push(`${picture.id}: ${one.text} / ${other.text}`);
    });
  }
  const outside = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim() || node.parentElement.closest(".frame, svg, .aloud")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) if (box.width > 0 && (box.left < -1 || box.right > window.innerWidth + 1)) outside.push(node.data.trim().slice(0, 80));
  }
  const frames = [...document.querySelectorAll(".frame")];
  return {
    width: window.innerWidth,
    scroll: document.documentElement.scrollWidth,
    pictures: pictures.map((one) => one.id),
    frames: frames.length,
    moved: frames.filter((one) => one.scrollWidth > one.clientWidth).length,
    over,
    outside,
  };
};

const structure = () => ({
  lang: document.documentElement.lang,
  title: document.title,
  text: document.body.innerText,
  headings: [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((one) => [Number(one.tagName[1]), one.textContent]),
  ids: [...document.querySelectorAll("[id]")].map((one) => one.id),
  languages: [...document.querySelectorAll("body [lang]")].map((one) => [one.lang, one.textContent]),
  scripts: document.scripts.length,
  handlers: [...document.querySelectorAll("*")].flatMap((one) => one.getAttributeNames().filter((name) => name.startsWith("on"))),
  links: [...document.links].map((one) => one.href),
  loading: document.querySelectorAll("img, image, use, iframe, object, embed, link, base, form").length,
});

const focus = async (page) => {
  const seen = [];
  for (let n = 0; n < 60; n += 1) {
    await page.keyboard.press("Tab");
    const one = await page.evaluate(() => {
      const at = document.activeElement;
      const style = getComputedStyle(at);
      return at === document.body ? null : { role: at.getAttribute("role") ?? at.localName, outline: `${style.outlineStyle} ${style.outlineWidth}` };
    });
    if (!one) break;
    seen.push(one);
  }
  return seen;
};

const browser = await puppeteer.launch({
  executablePath: chromium,
  headless: true,
  args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"],
});
try {
  const found = {};
  const examine = async (file) => {
    const page = await browser.newPage();
    const requests = [];
    const console_ = [];
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => console_.push(message.text()));
    await page.setViewport({ width: WIDTHS[0], height: 900 });
    await page.goto(pathToFileURL(resolve(file)).href, { waitUntil: "load" });
    const facts = { ...(await page.evaluate(structure)), focus: await focus(page), requests: requests.length, console: console_, looks: {} };
    await page.evaluate(axe);
    for (const width of WIDTHS) {
      await page.setViewport({ width, height: 900 });
      facts.looks[width] = { ...(await page.evaluate(measured)), axe: await violations(page) };
    }
    await page.setViewport({ width: 658, height: 950 }); // A4 without its margins of 18 mm
    await page.emulateMediaType("print");
    facts.looks.paper = { ...(await page.evaluate(measured)), axe: await violations(page) };
    const paper = Buffer.from(await page.pdf({ preferCSSPageSize: true }));
    facts.sheets = paper.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    found[basename(file)] = facts;
    await page.close();
  };
  for (const file of files) await examine(file);
  console.log(JSON.stringify(found));
} finally {
  await browser.close();
}
